// Looks at the line, and says once when it stays weak: sound alone is then proposed.

const EVERY = 2_000;
const BAD = 4;
const OF = 6;

export const watch = (measure, weak) => {
  let looks = [];
  return setInterval(async () => {
    const seen = await measure();
    const bad = seen.lost > 0.08 || seen.delay > 0.9 || seen.room < 150_000;
    looks = [...looks, bad].slice(-OF);
    weak(looks.filter(Boolean).length >= BAD);
  }, EVERY);
};
