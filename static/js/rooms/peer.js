// What both ways share: how weak a sound may be made, and how loud somebody is.

// Under 100 kbit/s in all: the weaker the line, the fewer packets (60 ms each), whose headers weigh more than the sound.
const ALL = 84_000;
const HEADERS = 6_500;
export const LIGHT_PACKET_MS = 60;
export const lightBitrate = (others) => Math.round(Math.max(7_000, Math.min(24_000, ALL / Math.max(others, 1) - HEADERS)));
const USUAL_SOUND = 40_000;
const CAMERA = 700_000;
const SCREEN = 1_500_000;

// What the other side is asked to send: Opus at this rate, in long packets, silence not sent.
export const asLight = (sdp, bitrate) => {
  const opus = sdp.match(/a=rtpmap:(\d+) opus\/48000/)?.[1];
  if (!opus) return sdp;
  return sdp
    .replace(new RegExp(`a=fmtp:${opus} .*`), (line) => `${line};maxaveragebitrate=${bitrate};usedtx=1;stereo=0`)
    .replace(new RegExp(`(a=rtpmap:${opus} opus/48000/2\\r\\n)`), `$1a=ptime:${LIGHT_PACKET_MS}\r\n`);
};

export const cap = async (sender, kind, { light, others }) => {
  const said = sender.getParameters();
  if (!said.encodings?.length) return;
  const most = { microphone: light ? lightBitrate(others) : USUAL_SOUND, camera: Math.max(CAMERA / Math.max(others, 1), 120_000), screen: SCREEN / Math.max(Math.min(others, 3), 1) }[kind];
  said.encodings[0].maxBitrate = Math.round(most);
  if (kind === "camera") said.encodings[0].scaleResolutionDownBy = others > 2 ? 2 : 1;
  await sender.setParameters(said).catch(() => {}); // between two negotiations: the next one says it again
};

export const loudness = (receiver) => {
  const [last] = receiver?.getSynchronizationSources?.() ?? [];
  return last && performance.timeOrigin + performance.now() - last.timestamp < 600 ? last.audioLevel ?? 0 : 0;
};

// The share of what was sent and not heard of, and the time there and back, since the last look.
export const health = async (connection, before) => {
  const seen = { lost: 0, delay: 0, room: Infinity };
  for (const one of (await connection.getStats()).values()) {
    if (one.type === "inbound-rtp" && one.kind === "audio") {
      const former = before.get(one.id) ?? { packetsLost: one.packetsLost, packetsReceived: one.packetsReceived };
      before.set(one.id, { packetsLost: one.packetsLost, packetsReceived: one.packetsReceived });
      const lost = Math.max(one.packetsLost - former.packetsLost, 0);
      const came = one.packetsReceived - former.packetsReceived;
      if (lost + came > 20) seen.lost = Math.max(seen.lost, lost / (lost + came));
    }
    if (one.type === "remote-inbound-rtp") {
      seen.lost = Math.max(seen.lost, one.fractionLost ?? 0);
      seen.delay = Math.max(seen.delay, one.roundTripTime ?? 0);
    }
    if (one.type === "candidate-pair" && one.nominated && one.state === "succeeded") {
      seen.delay = Math.max(seen.delay, one.currentRoundTripTime ?? 0);
      seen.room = Math.min(seen.room, one.availableOutgoingBitrate ?? Infinity);
    }
  }
  return seen;
};
