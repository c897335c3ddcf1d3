// By Janus: each browser sends once, to the server, and receives from it what the others send (its VideoRoom, over WebSocket).

import { KINDS } from "rooms/conference";
import { asLight, cap, health, lightBitrate, loudness } from "rooms/peer";

const PLUGIN = "janus.plugin.videoroom";
const STILL_HERE = 25_000;
const AGAIN = 1_500;
const TRIES = 8;
const ID_TAKEN = 436;
const NOT_ALLOWED = 433;
const UNKNOWN_ROOM = 426;
const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

// One conversation with Janus: what is asked has one answer; what happens besides is an event of a handle.
class Line {
  constructor(url, token, broken) {
    Object.assign(this, { url, token, broken, waiting: new Map(), handles: new Map(), number: 0 });
  }

  open() {
    return new Promise((done, fail) => {
      this.socket = new WebSocket(this.url, "janus-protocol");
      this.socket.addEventListener("open", () => this.ask({ janus: "create" }).then(({ data }) => {
        this.session = data.id;
        this.timer = setInterval(() => this.ask({ janus: "keepalive" }).catch(() => {}), STILL_HERE); // a line that fell says so itself
        done();
      }, fail), { once: true });
      this.socket.addEventListener("message", ({ data }) => this.hear(JSON.parse(data)));
      this.socket.addEventListener("close", () => { fail(new Error("no line to the server of video")); this.broken(); }, { once: true });
    });
  }

  ask(said, { answer = ["success", "ack"] } = {}) {
    const transaction = `${this.number += 1}`;
    return new Promise((done, fail) => {
      this.waiting.set(transaction, { done, fail, answer });
      this.socket.send(JSON.stringify({ ...said, transaction, token: this.token, ...(this.session ? { session_id: this.session } : {}) }));
    });
  }

  hear(said) {
    const wait = this.waiting.get(said.transaction);
    if (said.janus === "error") { this.waiting.delete(said.transaction); wait?.fail(new Error(said.error?.reason)); return; }
    if (wait?.answer.includes(said.janus)) { this.waiting.delete(said.transaction); wait.done(said); return; }
    if (["event", "webrtcup", "hangup", "detached"].includes(said.janus)) this.handles.get(said.sender)?.(said);
    if (said.janus === "timeout") this.broken();
  }

  async attach(hear) {
    const { data } = await this.ask({ janus: "attach", plugin: PLUGIN });
    this.handles.set(data.id, hear);
    return data.id;
  }

  // A request to the room: its answer is an event.
  async say(handle, body, jsep) {
    const said = await this.ask({ janus: "message", handle_id: handle, body, ...(jsep ? { jsep } : {}) }, { answer: ["event", "success"] });
    const data = said.plugindata?.data ?? {};
    if (data.error_code) throw Object.assign(new Error(data.error), { code: data.error_code });
    return { data, jsep: said.jsep };
  }

  trickle(handle, connection) {
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (this.socket.readyState === WebSocket.OPEN) this.ask({ janus: "trickle", handle_id: handle, candidate: candidate ? candidate.toJSON() : { completed: true } }).catch(() => {}); // the handle is gone
    });
  }

  forget(handle) {
    this.handles.delete(handle);
    if (this.socket.readyState === WebSocket.OPEN) this.ask({ janus: "detach", handle_id: handle }).catch(() => {}); // gone already
  }

  close() {
    clearInterval(this.timer);
    this.broken = () => {};
    this.socket?.close();
  }
}

export class Way extends EventTarget {
  constructor({ way, me, tracks }) {
    super();
    Object.assign(this, { way, me, tracks, others: new Map(), isLight: false, allLight: false, before: new Map() });
    this.line = new Line(way.url, way.token, () => this.fall());
  }

  async open() {
    await this.line.open();
    this.handle = await this.line.attach((said) => this.happens(said));
    const { data } = await this.join();
    this.privately = data.private_id;
    this.connection = new RTCPeerConnection({ iceServers: this.way.ice, bundlePolicy: "max-bundle" });
    this.connection.addEventListener("connectionstatechange", () => { if (this.connection.connectionState === "failed") this.fall(); });
    this.line.trickle(this.handle, this.connection);
    for (const kind of KINDS) this.connection.addTransceiver(kind === "microphone" ? "audio" : "video", { direction: "sendonly" });
    await this.fill();
    await this.publish("publish");
    for (const one of data.publishers ?? []) this.follow(one);
  }

  // The server of video is told of our pass by the house, and a place that fell may not be free yet.
  async join() {
    const { room, pass } = this.way;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.line.say(this.handle, { request: "join", ptype: "publisher", room, id: this.me, token: pass });
      } catch (error) {
        if (tries === TRIES || ![ID_TAKEN, NOT_ALLOWED, UNKNOWN_ROOM].includes(error.code)) throw error;
        await pause(AGAIN);
      }
    }
  }

  publish(request) {
    this.work = (this.work ?? Promise.resolve()).then(async () => {
      if (this.closed) return;
      await this.connection.setLocalDescription(await this.connection.createOffer());
      const { jsep } = await this.line.say(this.handle, { request }, { type: "offer", sdp: this.connection.localDescription.sdp });
      if (jsep) await this.connection.setRemoteDescription({ type: "answer", sdp: this.allLight ? asLight(jsep.sdp, lightBitrate(this.others.size)) : jsep.sdp });
      await this.fill();
    });
    return this.work;
  }

  async fill() {
    await Promise.all(this.connection.getTransceivers().map(async ({ sender }, number) => {
      const kind = KINDS[number];
      const track = kind !== "microphone" && this.isLight ? null : this.tracks[kind] ?? null;
      if (sender.track !== track) await sender.replaceTrack(track);
      await cap(sender, kind, { light: this.allLight, others: kind === "microphone" && this.allLight ? this.others.size : 1 });
    }));
  }

  happens(said) {
    const data = said.plugindata?.data ?? {};
    for (const one of data.publishers ?? []) this.follow(one);
    for (const id of [data.unpublished, data.leaving, data.kicked]) if (typeof id === "number") this.drop(id);
    if (said.janus === "hangup" || data.videoroom === "destroyed") this.fall();
  }

  // What somebody sends: a handle and a connection of its own.
  async follow({ id, streams }) {
    if (id === this.me || this.others.has(id)) return;
    const other = { lines: {}, before: new Map() };
    this.others.set(id, other);
    try {
      other.handle = await this.line.attach((said) => { if (said.janus === "hangup") this.refollow(id); });
      const asked = (streams ?? []).map(({ mid }) => ({ feed: id, mid }));
      const { data, jsep } = await this.line.say(other.handle, { request: "join", ptype: "subscriber", room: this.way.room, private_id: this.privately, streams: asked.length ? asked : [{ feed: id }] });
      if (this.others.get(id) !== other) return;
      other.connection = new RTCPeerConnection({ iceServers: this.way.ice, bundlePolicy: "max-bundle" });
      this.line.trickle(other.handle, other.connection);
      other.kinds = new Map((data.streams ?? []).map(({ mid, feed_mid: theirs }) => [mid, KINDS[Number(theirs)]]));
      await other.connection.setRemoteDescription({ type: "offer", sdp: jsep.sdp });
      await other.connection.setLocalDescription(await other.connection.createAnswer());
      await this.line.say(other.handle, { request: "start" }, { type: "answer", sdp: other.connection.localDescription.sdp });
      if (this.isLight) this.pictures(other, false);
      this.tell(id, other);
    } catch (error) {
      console.warn("video:", error);
      if (this.others.get(id) === other) this.drop(id);
    }
  }

  refollow(id) {
    const streams = undefined;
    this.drop(id);
    setTimeout(() => { if (!this.closed && this.here?.has(id)) this.follow({ id, streams }); }, AGAIN);
  }

  tell(id, other) {
    for (const line of other.connection.getTransceivers()) other.lines[other.kinds.get(line.mid)] = line.receiver;
    const track = (kind) => other.lines[kind]?.track ?? null;
    this.dispatchEvent(new CustomEvent("tracks", { detail: { id, microphone: track("microphone"), camera: track("camera"), screen: track("screen") } }));
  }

  // On a weak line, the server keeps the pictures of the others to itself.
  pictures(other, send) {
    const streams = [...(other.kinds ?? [])].filter(([, kind]) => kind !== "microphone").map(([mid]) => ({ mid, send }));
    if (streams.length) this.line.say(other.handle, { request: "configure", streams }).catch((error) => console.warn("video:", error));
  }

  drop(id) {
    const other = this.others.get(id);
    if (!other) return;
    this.others.delete(id);
    other.connection?.close();
    if (other.handle) this.line.forget(other.handle);
    this.dispatchEvent(new CustomEvent("gone", { detail: { id } }));
  }

  people(list) {
    this.here = new Set(list.map((one) => one.id));
    for (const id of [...this.others.keys()]) if (!this.here.has(id)) this.drop(id);
    this.spare(this.isLight || list.some((one) => one.light));
  }

  // When one of them takes sound alone, all send sounds that a weak line bears.
  spare(light) {
    if (light === this.allLight) { this.fill(); return; }
    this.allLight = light;
    this.publish("configure").catch((error) => console.warn("video:", error));
  }

  receive() {}

  send(kind, track) {
    this.tracks[kind] = track;
    if (this.connection) this.fill();
  }

  light(on) {
    if (on === this.isLight) return;
    this.isLight = on;
    for (const other of this.others.values()) this.pictures(other, !on);
    if (this.connection) this.spare(on);
  }

  level(id) { return loudness(this.others.get(id)?.lines.microphone); }

  async measure() {
    const all = [[this.connection, this.before], ...[...this.others.values()].map((other) => [other.connection, other.before])].filter(([connection]) => connection);
    const seen = await Promise.all(all.map(([connection, before]) => health(connection, before)));
    return seen.reduce((worst, one) => ({ lost: Math.max(worst.lost, one.lost), delay: Math.max(worst.delay, one.delay), room: Math.min(worst.room, one.room) }), { lost: 0, delay: 0, room: Infinity });
  }

  connections() { return new Map([...this.others].filter(([, other]) => other.connection).map(([id, other]) => [id, [other.connection]])); }

  fall() {
    if (this.closed) return;
    this.close();
    setTimeout(() => this.dispatchEvent(new Event("broken")), AGAIN);
  }

  close() {
    this.closed = true;
    this.connection?.close();
    for (const id of [...this.others.keys()]) { this.others.get(id).connection?.close(); this.others.delete(id); }
    this.line.close();
  }
}
