// Live pages: what is new arrives in a page that is open. Without this script, or without the socket, nothing is lost: a reload shows all.

const $ = (selector, root = document) => root.querySelector(selector);
const words = JSON.parse($("#page-words")?.textContent || "{}");
const topic = $("[data-live-topic]");
const lists = $("[data-live-lists]");
const bellOnly = $("[data-live-bell]");

const WRITING_EVERY = 4_000;
const WRITING_LASTS = 9_000;
const HIDDEN_LASTS = 5 * 60_000;
const COMES_BACK = 3_000;

const status = document.createElement("p");
status.className = "hidden-word";
status.setAttribute("role", "status");
document.body.append(status);

/* ---- The bell ---- */

const ring = (unseen) => {
  const bell = $("[data-bell]");
  if (!bell) return;
  $(".hidden-word", bell).textContent = unseen ? words.liveBell.replace("{n}", unseen) : words.liveBellNone;
  let count = $(".count", bell);
  if (!unseen) { count?.remove(); return; }
  if (!count) {
    count = document.createElement("span");
    count.className = "count";
    count.setAttribute("aria-hidden", "true");
    bell.append(count);
  }
  count.textContent = unseen < 100 ? unseen : "99+";
};

/* ---- The bar: something is there, when its reader wants it ---- */

let bar = null;
const offer = (said, href, act) => {
  if (bar?.textContent === said) return;
  bar?.remove();
  bar = document.createElement(act ? "button" : "a");
  bar.className = "button live-bar";
  bar.textContent = said;
  if (act) { bar.type = "button"; bar.addEventListener("click", act); } else bar.href = href;
  (topic ?? lists).before(bar);
  status.textContent = said;
};
const withdraw = () => { bar?.remove(); bar = null; };

/* ---- A topic: answers that came ---- */

const field = $(".reply textarea");
const typing = () => Boolean(field && document.activeElement === field);
const atTheEnd = () => {
  const place = topic.getBoundingClientRect();
  return place.top <= innerHeight && place.bottom >= 0;
};

let asking = null;
let askAgain = false;
const fetchNewer = async () => {
  const answer = await fetch(`${topic.dataset.liveUrl}?depuis=${topic.dataset.liveSince}`, { credentials: "same-origin", headers: { "X-Fragment": "1" } }).catch(() => null);
  if (answer?.status !== 200 || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = $("[data-live-found]", page);
  if (!found) return;
  const said = found.dataset.liveWords;
  if (topic.hasAttribute("data-live-elsewhere")) { offer(said, found.dataset.liveHref); return; }
  if (atTheEnd() && !typing() && !document.hidden) { put(found); status.textContent = said; } else offer(said, null, () => show(put(found)));
};
const newer = () => {
  if (asking) { askAgain = true; return; }
  asking = fetchNewer().finally(() => { asking = null; if (askAgain) { askAgain = false; newer(); } });
};

// What is being read stays where it is: the page moves by what was added above it.
const put = (found) => {
  withdraw();
  const root = document.documentElement;
  const held = typing() ? field : topic;
  const keepsPlace = typing() || topic.getBoundingClientRect().bottom < 0;
  const before = held.getBoundingClientRect().top;
  root.style.overflowAnchor = "none";
  const added = [...found.querySelectorAll("article.post")].map((post) => document.adoptNode(post)).filter((post) => !document.getElementById(post.id));
  const heading = document.adoptNode($("#reponses", found));
  const old = $("#reponses");
  if (old) old.replaceWith(heading); else { $("[data-live-none]")?.remove(); topic.before(heading); }
  topic.before(...added);
  if (keepsPlace) scrollBy({ top: held.getBoundingClientRect().top - before, behavior: "instant" });
  requestAnimationFrame(() => requestAnimationFrame(() => { root.style.overflowAnchor = ""; }));
  topic.dataset.liveSince = Math.max(Number(topic.dataset.liveSince), Number(found.dataset.liveLast));
  $("main").dataset.seenUrl = found.dataset.liveSeen;
  document.dispatchEvent(new Event("maillage:more"));
  somebodyWrites(false);
  return added[0];
};
const show = (post) => {
  if (!post) return;
  post.tabIndex = -1;
  post.focus({ preventScroll: true });
  post.scrollIntoView({ block: "start" });
};

let writingEnds;
const somebodyWrites = (on) => {
  clearTimeout(writingEnds);
  const line = $("[data-live-writing]");
  if (line) line.textContent = on ? words.liveWriting : "\u00a0";
  if (on) writingEnds = setTimeout(() => somebodyWrites(false), WRITING_LASTS);
};

/* ---- The socket ---- */

const start = async () => {
  const { io } = await import($("script[data-client]").dataset.client);
  const socket = io({ transports: ["websocket"], reconnectionDelay: 1_000, reconnectionDelayMax: 60_000, randomizationFactor: 0.5, timeout: 10_000 });
  let latest = null;
  const look = () => {
    if (topic) socket.emit("topic", Number(topic.dataset.liveTopic), ({ last }) => { if (last > Number(topic.dataset.liveSince)) newer(); });
    if (lists) socket.emit("lists", null, ({ last }) => {
      if (latest !== null && last > latest) offer(words.liveNew, location.href.replace(/#.*/, ""));
      latest = last ?? latest;
    });
  };
  socket.on("connect", look);
  socket.on("missed", look);
  socket.on("answer", () => { if (topic) newer(); });
  socket.on("new", () => { if (lists) offer(words.liveNew, location.href.replace(/#.*/, "")); });
  socket.on("writing", () => somebodyWrites(true));
  socket.on("bell", ({ unseen }) => ring(unseen));

  // Shown out: this browser may still be signed in, so it tries once more, and then no more.
  let shownOut = false;
  socket.on("bye", () => {
    shownOut = true;
    socket.disconnect();
    setTimeout(() => socket.connect(), COMES_BACK);
  });
  socket.on("connect_error", () => { if (shownOut) socket.disconnect(); });
  socket.io.on("reconnect", () => { shownOut = false; });
  socket.on("connect", () => { shownOut = false; });

  // A page that nobody looks at does not keep a place that others could use.
  let away;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(away);
    if (document.hidden) away = setTimeout(() => socket.disconnect(), HIDDEN_LASTS);
    else if (!socket.active && !shownOut) socket.connect();
  });

  let said = 0;
  field?.addEventListener("input", () => {
    if (!field.value.trim() || !socket.connected || Date.now() - said < WRITING_EVERY) return;
    said = Date.now();
    socket.emit("writing");
  });
};

if (topic || lists || bellOnly) {
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
}
