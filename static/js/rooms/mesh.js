// Between browsers: each one speaks to each other. The one who came last offers, so that two never offer at once.
// Three lines are agreed on from the start (sound, camera, screen); what goes over them changes without a new agreement.

import { KINDS } from "rooms/conference";
import { asLight, cap, health, lightBitrate, loudness } from "rooms/peer";

const PATIENCE = 4_000;
const LONGEST = 20_000;
const LOST = 12_000;

class Peer {
  constructor(mesh, id) {
    Object.assign(this, { mesh, id, offers: mesh.me > id, paths: [], before: new Map(), light: false });
    this.connection = new RTCPeerConnection({ iceServers: mesh.ice, bundlePolicy: "max-bundle" });
    this.connection.addEventListener("icecandidate", ({ candidate }) => { if (candidate) mesh.signal(id, { kind: "path", path: candidate.toJSON() }); });
    this.connection.addEventListener("track", () => this.tell());
    this.connection.addEventListener("connectionstatechange", () => this.watch());
    if (this.offers) {
      for (const kind of KINDS) this.connection.addTransceiver(kind === "microphone" ? "audio" : "video", { direction: "sendrecv" });
      this.offer();
      this.expect();
    }
  }

  // An offer, or its answer, may be lost on its way: begin from nothing.
  expect() { this.timer = setTimeout(() => this.fail(new Error("no answer")), LOST); }

  lines() { return this.connection.getTransceivers(); }

  weak() { return this.light || this.mesh.isLight; }

  // What goes over each line: no picture on a weak line.
  async fill() {
    const lines = this.lines();
    await Promise.all(KINDS.map(async (kind, number) => {
      const sender = lines[number]?.sender;
      if (!sender) return;
      const track = kind !== "microphone" && this.weak() ? null : this.mesh.tracks[kind] ?? null;
      if (sender.track !== track) await sender.replaceTrack(track);
      await cap(sender, kind, { light: this.weak(), others: this.mesh.peers.size });
    }));
  }

  tell() {
    const [microphone, camera, screen] = this.lines().map((line) => line.receiver.track);
    this.mesh.dispatchEvent(new CustomEvent("tracks", { detail: { id: this.id, microphone, camera, screen } }));
  }

  said(sdp) { return this.weak() ? asLight(sdp, lightBitrate(this.mesh.peers.size)) : sdp; }

  offer(options = {}) {
    this.work = (this.work ?? Promise.resolve()).then(async () => {
      if (this.closed || this.connection.signalingState !== "stable") return;
      await this.fill();
      await this.connection.setLocalDescription(await this.connection.createOffer(options));
      this.mesh.signal(this.id, { kind: "offer", sdp: this.connection.localDescription.sdp, fresh: !this.connection.remoteDescription });
    }).catch((error) => this.fail(error));
    return this.work;
  }

  receive(what) {
    this.work = (this.work ?? Promise.resolve()).then(() => this.closed ? null : this.take(what)).catch((error) => this.fail(error));
  }

  async take(what) {
    if (what.kind === "offer" && !this.offers) {
      await this.connection.setRemoteDescription({ type: "offer", sdp: this.said(what.sdp) });
      for (const line of this.lines()) line.direction = "sendrecv";
      await this.fill();
      await this.connection.setLocalDescription(await this.connection.createAnswer());
      this.mesh.signal(this.id, { kind: "answer", sdp: this.connection.localDescription.sdp });
      await this.follow();
    } else if (what.kind === "answer" && this.offers && this.connection.signalingState === "have-local-offer") {
      await this.connection.setRemoteDescription({ type: "answer", sdp: this.said(what.sdp) });
      await this.follow();
    } else if (what.kind === "path") {
      if (this.connection.remoteDescription) await this.connection.addIceCandidate(what.path).catch(() => {}); // of a former agreement
      else this.paths.push(what.path);
    } else if (what.kind === "again" && this.offers) {
      queueMicrotask(() => this.offer(what.restarts ? { iceRestart: true } : {}));
    }
  }

  async follow() {
    for (const path of this.paths.splice(0)) await this.connection.addIceCandidate(path).catch(() => {}); // of a former agreement
    await this.fill();
  }

  // The line fell: find another path; after a while, begin from nothing.
  watch() {
    const state = this.connection.connectionState;
    if (state === "connected") { clearTimeout(this.timer); this.timer = null; this.fellAt = null; return; }
    if (!["failed", "disconnected"].includes(state) || this.closed) return;
    this.fellAt ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (Date.now() - this.fellAt > LONGEST) { this.fail(new Error("no path")); return; }
      this.renew({ restarts: true });
      this.watch();
    }, state === "failed" ? 500 : PATIENCE);
  }

  renew({ restarts = false } = {}) {
    if (this.offers) this.offer(restarts ? { iceRestart: true } : {});
    else this.mesh.signal(this.id, { kind: "again", restarts });
  }

  fail(error) {
    console.warn("video:", error);
    if (!this.closed) this.mesh.replace(this.id);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.connection.close();
  }
}

export class Way extends EventTarget {
  constructor({ way, me, tracks, signal }) {
    super();
    Object.assign(this, { way, me, tracks, signal, ice: way.ice, peers: new Map(), seen: new Set(), isLight: false });
  }

  people(list) {
    const here = new Map(list.filter((one) => one.id !== this.me).map((one) => [one.id, one]));
    for (const id of [...this.peers.keys()]) if (!here.has(id) && this.seen.has(id)) this.drop(id);
    const before = this.peers.size;
    for (const one of here.values()) {
      this.seen.add(one.id);
      const peer = this.peers.get(one.id) ?? this.meet(one.id);
      if (peer.light !== one.light) { peer.light = one.light; peer.fill(); peer.renew(); }
    }
    if (this.peers.size !== before) this.refill();
  }

  meet(id) {
    const peer = new Peer(this, id);
    this.peers.set(id, peer);
    return peer;
  }

  drop(id) {
    this.peers.get(id)?.close();
    this.peers.delete(id);
    this.seen.delete(id);
    this.dispatchEvent(new CustomEvent("gone", { detail: { id } }));
  }

  // From nothing, with somebody who is still there: the other side learns it from the new offer.
  replace(id) {
    this.peers.get(id)?.close();
    const peer = this.meet(id);
    if (!peer.offers) this.signal(id, { kind: "again", anew: true });
  }

  receive(from, what) {
    let peer = this.peers.get(from) ?? this.meet(from);
    if (what.kind === "again" && what.anew && peer.offers) { this.replace(from); return; }
    if (what.kind === "offer" && what.fresh && peer.connection.remoteDescription) { peer.close(); peer = this.meet(from); }
    peer.receive(what);
  }

  refill() { for (const peer of this.peers.values()) peer.fill(); }

  send(kind, track) {
    this.tracks[kind] = track;
    this.refill();
  }

  light(on) {
    this.isLight = on;
    for (const peer of this.peers.values()) { peer.fill(); peer.renew(); }
  }

  // After the socket was cut: what could not be said meanwhile is said again.
  again() {
    for (const peer of this.peers.values()) if (peer.connection.connectionState !== "connected") peer.renew({ restarts: true });
  }

  level(id) { return loudness(this.peers.get(id)?.lines()[0]?.receiver); }

  async measure() {
    const seen = await Promise.all([...this.peers.values()].map((peer) => health(peer.connection, peer.before)));
    return seen.reduce((worst, one) => ({ lost: Math.max(worst.lost, one.lost), delay: Math.max(worst.delay, one.delay), room: Math.min(worst.room, one.room) }), { lost: 0, delay: 0, room: Infinity });
  }

  connections() { return new Map([...this.peers].map(([id, peer]) => [id, [peer.connection]])); }

  close() { for (const id of [...this.peers.keys()]) { this.peers.get(id).close(); this.peers.delete(id); } }
}
