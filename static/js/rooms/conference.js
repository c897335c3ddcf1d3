// What carries pictures and sounds from one to another. Two ways, one interface; the house says which (ROOMS_URL).
//
//   conference({ way, me, tracks, signal, again })  → an EventTarget with
//     people(list)        who is inside now: [{ id, light }…], I among them
//     send(kind, track)   what I send from now on: kind "microphone", "camera" or "screen"; null for nothing
//     receive(from, what) a signal from another browser (mesh)
//     light(on)           sound alone, under 100 kbit/s
//     level(id)           how loud somebody is at this instant, from 0 to 1
//     measure()           → { lost, delay, room }: the worst share of packets lost, seconds there and back, bit/s that can leave
//     close()
//   Events: "tracks" { id, microphone, camera, screen }: what comes from somebody; "gone" { id }; "broken": to be made again.

export const KINDS = ["microphone", "camera", "screen"];

export const conference = async (given) => {
  const { Way } = await (given.way.kind === "janus" ? import("rooms/janus") : import("rooms/mesh"));
  const made = new Way(given);
  await made.open?.();
  return made;
};
