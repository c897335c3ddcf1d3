// The page of a room: the check, the door, the meeting. Without this script the notes and who was there stay readable.

import { conference } from "rooms/conference";
import { Devices } from "rooms/devices";
import { Panel } from "rooms/panel";
import { watch } from "rooms/quality";
import { Tiles } from "rooms/tiles";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const stage = JSON.parse($("#room-stage").textContent);
const words = JSON.parse($("#room-words").textContent);
const check = $("[data-check]");
const call = $("[data-call]");
const CAME_TOGETHER = 1_500;
const SPEAKS = 0.03;
const SPEAKS_FOR = 700;
const LISTENS = 60; // a packet says 20 ms: looking seldom, or in step with a voice, would miss its words

const icon = (name, label) => {
  const made = document.createElement("span");
  made.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${stage.icons}#${name}"/></svg><span class="hidden-word"></span>`;
  made.lastChild.textContent = label;
  return made;
};

const devices = new Devices();
const wants = { microphone: true, camera: false, screen: false, hand: false, light: false };
const tiles = new Tiles($("[data-stage]"), { words, icon });
const panel = new Panel(call, { words, icon, act: (name, id) => act(name, id) });
let socket = null;
let me = null;
let way = null;
let state = "out";
let people = [];
let timers = [];

/* ---- What is said to a screen reader: what happens, gathered, never who speaks ---- */

const said = $("[data-said]");
let moves = { came: [], left: [] };
let telling = null;
const tell = (sentence) => { said.textContent = sentence; };
const moved = (kind, name) => {
  moves[kind].push(name);
  telling ??= setTimeout(() => {
    const sentences = ["came", "left"].filter((one) => moves[one].length).map((one) => moves[one].length > 3
      ? words[one === "came" ? "someCame" : "someLeft"].replace("{n}", moves[one].length)
      : words[one].replace("{names}", moves[one].join(", ")));
    tell(sentences.join(" "));
    moves = { came: [], left: [] };
    telling = null;
  }, CAME_TOGETHER);
};

/* ---- Switches: the same in the check and in the meeting ---- */

const sync = () => {
  for (const button of $$("[data-switch]")) {
    const name = button.dataset.switch;
    const on = name === "microphone" ? wants.microphone && (state === "out" || Boolean(devices.tracks.microphone)) : wants[name];
    button.setAttribute("aria-pressed", String(on));
    const use = $("use", button);
    if (["microphone", "camera"].includes(name)) use.setAttribute("href", `${stage.icons}#${name}${on ? "" : "-off"}`);
  }
  $("[data-light]").checked = wants.light;
  const preview = $("[data-preview]");
  preview.hidden = !devices.tracks.camera;
  $("[data-no-preview]").hidden = Boolean(devices.tracks.camera);
  const shown = devices.tracks.camera ? new MediaStream([devices.tracks.camera]) : null;
  if (preview.srcObject?.getTracks()[0] !== shown?.getTracks()[0]) { preview.srcObject = shown; if (shown) preview.play().catch(() => {}); }
};

const show = () => {
  if (state !== "inside" || !socket?.connected) return;
  socket.emit("show", {
    microphone: wants.microphone && Boolean(devices.tracks.microphone), camera: Boolean(devices.tracks.camera) && !wants.light,
    screen: Boolean(devices.tracks.screen), hand: wants.hand, light: wants.light,
  });
};

const hear = (sentence) => { $("[data-heard]").textContent = sentence; if (state === "inside") tell(sentence); };

const turn = {
  async microphone(on) {
    wants.microphone = on;
    try { await devices.microphone(on); hear(on ? words.hears : words.microphoneOff); } catch { wants.microphone = false; hear(words.noMicrophone); }
  },
  async camera(on) {
    if (on && wants.light) await turn.light(false);
    try { await devices.camera(on); } catch { on = false; hear(words.noCamera); }
    wants.camera = on;
  },
  async screen(on) {
    try { await devices.screen(on); } catch { on = false; tell(words.noScreen); }
    wants.screen = on;
  },
  async hand(on) { wants.hand = on; },
  async light(on) {
    wants.light = on;
    if (on) { await devices.camera(false); await devices.screen(false); wants.camera = wants.screen = false; $("[data-weak]").hidden = true; }
    way?.light(on);
  },
};

const flip = async (name) => {
  const on = name === "microphone" ? !(wants.microphone && devices.tracks.microphone) : !wants[name];
  await turn[name](on);
  sync();
  show();
};
for (const button of $$("[data-switch]")) button.addEventListener("click", () => flip(button.dataset.switch));
$("[data-light]").addEventListener("change", () => flip("light"));
$("[data-go-light]").addEventListener("click", async () => { await turn.light(true); sync(); show(); });
devices.addEventListener("track", ({ detail }) => {
  if (detail.kind === "screen") wants.screen = Boolean(detail.track);
  way?.send(detail.kind, detail.track);
  if (me) redraw();
  sync();
  show();
});

/* ---- The check ---- */

const fillDevices = async () => {
  for (const select of $$("[data-devices]")) {
    const found = await devices.list(select.dataset.devices);
    select.replaceChildren(...found.map((one, number) => new Option(one.label || `${number + 1}`, one.deviceId, false, one.deviceId === devices.chosen(select.dataset.devices))));
    select.disabled = !found.length;
  }
};
for (const select of $$("[data-devices]")) select.addEventListener("change", () => devices.choose(select.dataset.devices, select.value).catch(() => hear(words.noMicrophone)));
devices.addEventListener("devices", fillDevices);

const test = async () => { await turn.microphone(true); await fillDevices(); sync(); };
$("[data-test]").addEventListener("click", test);
const meter = $("[data-level]");
setInterval(() => { if (state === "out") meter.value = devices.level(); }, 100);

/* ---- The door ---- */

const apart = (on) => { // the rest of the page rests while the meeting is on
  for (let one = call; one !== document.body; one = one.parentElement) {
    for (const beside of one.parentElement.children) if (beside !== one && !["SCRIPT", "STYLE"].includes(beside.tagName)) beside.inert = on;
  }
  document.documentElement.toggleAttribute("data-in-call", on);
};

const put = (next) => {
  state = next;
  check.hidden = next !== "out";
  $("[data-waiting]").hidden = next !== "waiting";
  call.hidden = next !== "inside";
  apart(next === "inside");
  sync();
};

const over = (sentence) => {
  end();
  $("[data-over-words]").textContent = sentence;
  const notice = $("[data-over]");
  notice.hidden = false;
  notice.focus();
};

const end = () => {
  for (const timer of timers) clearInterval(timer);
  timers = [];
  way?.close();
  way = null;
  socket?.disconnect();
  socket = null;
  me = null;
  people = [];
  early.length = 0;
  tiles.clear();
  devices.stop();
  Object.assign(wants, { camera: false, screen: false, hand: false });
  $("[data-cut]").hidden = true;
  put("out");
};

const leave = (sentence) => { socket?.emit("leave"); setTimeout(() => over(sentence), 100); };
$("[data-leave]").addEventListener("click", () => leave(words.farewells.left));
$("[data-give-up]").addEventListener("click", () => leave(words.farewells.left));
addEventListener("pagehide", () => { socket?.emit("leave"); });

const knock = () => {
  socket.emit("enter", { room: stage.room, again: me }, async (answer) => {
    if (answer.refused) { over(answer.refused); return; }
    if (!answer.me) { over(words.farewells.over); return; }
    $("[data-cut]").hidden = true;
    if (me !== null && me !== answer.me) { way?.close(); way = null; early.length = 0; tiles.clear(); }
    me = answer.me;
    if (answer.state === "inside") await begin();
    else put("waiting");
  });
};

$("[data-enter]").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (socket) return;
  button.disabled = true;
  $("[data-over]").hidden = true;
  if (wants.microphone) await turn.microphone(true);
  const { io } = await import(stage.client);
  button.disabled = false;
  socket = io({ path: stage.path, query: stage.query, transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 8_000, timeout: 10_000 });
  let shownOut = false;
  let tried = 0;
  socket.on("connect", () => { tried = 0; knock(); });
  socket.on("connect_error", () => { tried += 1; if (!me && tried > 3) over(words.fallBack); });
  socket.on("disconnect", (why) => {
    if (shownOut || !socket) return;
    $("[data-cut]").hidden = false;
    if (why === "io server disconnect") setTimeout(() => socket?.connect(), 1_000);
  });
  socket.on("people", (now) => (now.state === "waiting" ? put("waiting") : arrive(now)));
  socket.on("signal", (said) => { if (way) way.receive(said.from, said.what); else early.push(said); });
  socket.on("notes", (list) => panel.notes(list));
  socket.on("bye", ({ why }) => {
    if (why === "again") { setTimeout(() => socket?.connect(), 1_000); return; }
    shownOut = true;
    over(words.farewells[why] ?? words.farewells.over);
  });
});

/* ---- The meeting ---- */

const early = []; // what others said before my own way was open
let beginning = null;
const begin = () => (beginning ??= opened().finally(() => { beginning = null; }));
const opened = async () => {
  if (way) { way.again?.(); put("inside"); show(); return; }
  const how = await socket.emitWithAck("way");
  if (!how.kind) { if (state !== "out" || socket) leave(words.fallBack); return; }
  try {
    way = await conference({ way: how, me, tracks: devices.tracks, signal: (to, what) => socket?.emit("signal", { to, what }) });
  } catch (error) {
    console.warn("video:", error);
    leave(words.fallBack);
    return;
  }
  way.addEventListener("tracks", ({ detail }) => tiles.heard(detail.id, detail));
  way.addEventListener("gone", ({ detail }) => tiles.forget(detail.id));
  way.addEventListener("broken", async () => { way?.close(); way = null; if (socket?.connected) await begin(); });
  way.light(wants.light);
  put("inside");
  $('.call [data-switch="microphone"]').focus();
  if (people.length) { way.people(people); redraw(); }
  for (const said of early.splice(0)) way.receive(said.from, said.what);
  show();
  timers.forEach(clearInterval);
  timers = [watch(() => way?.measure() ?? { lost: 0, delay: 0, room: Infinity }, (weak) => { $("[data-weak]").hidden = !weak || wants.light; }), setInterval(listen, LISTENS)];
};

const redraw = () => tiles.show(people, { id: me, tracks: devices.tracks });

let last = null;
const arrive = async (now) => {
  if (!way) await begin();
  if (!way) return;
  const before = new Map(people.map((one) => [one.id, one]));
  people = now.people;
  if (before.size) {
    for (const one of people) {
      if (!before.has(one.id)) moved("came", one.name);
      else if (one.hand && !before.get(one.id).hand && one.id !== me) tell(words.raisedNow.replace("{name}", one.name));
    }
    for (const one of before.values()) if (!people.some((other) => other.id === one.id)) moved("left", one.name);
  }
  const knew = new Set((last?.waiting ?? []).map((one) => one.id));
  for (const one of now.waiting ?? []) if (!knew.has(one.id)) tell(words.knocks.replace("{name}", one.name));
  last = now;
  const mine = people.find((one) => one.id === me);
  if (mine && !mine.screen && wants.screen && devices.tracks.screen && before.get(me)?.screen) { await turn.screen(false); sync(); } // somebody else shows theirs
  way.people(people);
  redraw();
  panel.people(now, me);
  $("[data-summary]").textContent = [people.length === 1 ? words.alone : words.people.replace("{n}", people.length), now.locked && words.locked].filter(Boolean).join(" · ");
};

const spoke = new Map();
const listen = () => {
  const present = performance.now();
  for (const one of people) {
    const level = one.id === me ? devices.level() / 2 : way?.level(one.id) ?? 0;
    if (level > SPEAKS) spoke.set(one.id, present);
    const on = one.microphone && present - (spoke.get(one.id) ?? -Infinity) < SPEAKS_FOR;
    tiles.speaks(one.id, on);
    panel.speaks(one.id, on);
  }
};
call.addEventListener("click", () => tiles.wake());
call.addEventListener("keydown", (event) => {
  const open = $("[data-panel]:not([hidden])", call);
  if (event.key === "Escape" && open) { panel.toggle(open.dataset.panel, false); panel.opener(open.dataset.panel).focus(); }
});

/* ---- What a host does, and notes ---- */

const csrf = $('meta[name="csrf-token"]').content;
const post = (url, body = new FormData()) => fetch(url, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrf, "X-Fragment": "1" } });
const act = async (name, id) => {
  const answer = await post(stage.acts[name].replace("/presences/0/", `/presences/${id}/`)).catch(() => null);
  if (answer && answer.status !== 404) tell(await answer.text());
};
$("[data-lock]")?.addEventListener("click", async () => {
  const body = new FormData();
  body.set("locked", last?.locked ? "0" : "1");
  const answer = await post(stage.acts.lock, body).catch(() => null);
  if (answer?.ok) tell(await answer.text());
});

const form = $("[data-note]");
const field = $("#note");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = field.value.trim();
  if (!body || !socket?.connected) return;
  const answer = await socket.emitWithAck("note", body);
  const error = $("[data-note-error]");
  error.hidden = !answer.refused;
  error.textContent = answer.refused ?? "";
  if (answer.done) { field.value = ""; field.focus(); }
});
field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); } });

/* ---- Ready ---- */

$("[data-no-script]").hidden = true;

// For tests and for whoever looks into a trouble from the console: the connections, as the browser counts them.
globalThis.maillageRoom = { connections: () => way?.connections() ?? new Map(), way: () => way?.way ?? null, me: () => me };

if (navigator.mediaDevices?.getUserMedia && globalThis.RTCPeerConnection) {
  put("out");
  const granted = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
  if (granted?.state === "granted") await test();
} else {
  $("[data-over-words]").textContent = words.noVideo;
  $("[data-over]").hidden = false;
}
