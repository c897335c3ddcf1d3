// The microphone, the camera, the screen of this device: asked for, chosen, heard.

const kept = (name) => { try { return localStorage.getItem(`room-${name}`); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem(`room-${name}`, value); } catch { /* refused */ } };

const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 } };

export class Devices extends EventTarget {
  constructor() {
    super();
    this.tracks = { microphone: null, camera: null, screen: null };
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.dispatchEvent(new Event("devices")));
  }

  async list(kind) {
    const found = await navigator.mediaDevices.enumerateDevices();
    return found.filter((one) => one.kind === kind && one.deviceId);
  }

  chosen(kind) { return kept(kind) ?? ""; }

  async choose(kind, id) {
    keep(kind, id);
    if (kind === "audioinput" && this.tracks.microphone) await this.microphone(true, { anew: true });
    if (kind === "videoinput" && this.tracks.camera) await this.camera(true);
  }

  wanted(kind, more) {
    const id = kept(kind);
    return id ? { ...more, deviceId: { ideal: id } } : more;
  }

  put(kind, track) {
    const former = this.tracks[kind];
    if (former && former !== track) former.stop();
    this.tracks[kind] = track;
    track?.addEventListener("ended", () => { if (this.tracks[kind] === track) this.put(kind, null); });
    this.dispatchEvent(new CustomEvent("track", { detail: { kind, track } }));
  }

  // Off is silent at once and on is at once too: the device stays ours meanwhile.
  async microphone(on, { anew = false } = {}) {
    if (on && (!this.tracks.microphone || anew)) {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: this.wanted("audioinput", SOUND) });
      this.put("microphone", stream.getAudioTracks()[0]);
      this.listen();
    }
    if (this.tracks.microphone) this.tracks.microphone.enabled = on;
  }

  async camera(on) {
    if (!on) { this.put("camera", null); return; }
    const stream = await navigator.mediaDevices.getUserMedia({ video: this.wanted("videoinput", PICTURE) });
    this.put("camera", stream.getVideoTracks()[0]);
  }

  async screen(on) {
    if (!on) { this.put("screen", null); return; }
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 12 } }, audio: false });
    this.put("screen", stream.getVideoTracks()[0]);
  }

  listen() {
    this.sound ??= new AudioContext();
    this.sound.resume();
    this.source?.disconnect();
    this.source = this.sound.createMediaStreamSource(new MediaStream([this.tracks.microphone]));
    this.ear = this.sound.createAnalyser();
    this.ear.fftSize = 512;
    this.source.connect(this.ear);
    this.heard = new Float32Array(this.ear.fftSize);
  }

  // How loud the microphone is, from 0 to 1.
  level() {
    if (!this.ear || !this.tracks.microphone?.enabled) return 0;
    this.ear.getFloatTimeDomainData(this.heard);
    return Math.min(1, Math.sqrt(this.heard.reduce((sum, one) => sum + one * one, 0) / this.heard.length) * 4);
  }

  stop() { for (const kind of Object.keys(this.tracks)) if (this.tracks[kind]) this.put(kind, null); }
}
