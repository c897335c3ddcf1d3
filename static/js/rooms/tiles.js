// The pictures on the stage: one tile for each person, one for a screen that is shown. Sounds play apart from pictures.

const make = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
const initials = (name) => name.split(/\s+/).filter(Boolean).map((part) => part[0]).filter((_, place, all) => place === 0 || place === all.length - 1).join("").toUpperCase();

export class Tiles {
  constructor(stage, { words, icon }) { Object.assign(this, { stage, words, icon, tiles: new Map(), tracks: new Map() }); }

  heard(id, tracks) { this.tracks.set(id, tracks); this.play(id); }

  forget(id) {
    this.tracks.delete(id);
    this.tiles.get(id)?.remove();
    this.tiles.delete(id);
    this.tiles.get(`screen-${id}`)?.remove();
    this.tiles.delete(`screen-${id}`);
    this.count();
  }

  tile(id) {
    if (!this.tiles.has(id)) {
      const video = make("video", { playsinline: "", "aria-hidden": "true" });
      video.muted = true;
      video.autoplay = true;
      const made = make("div", { class: "tile", "data-tile": id }, make("span", { class: "tile-letters", "aria-hidden": "true" }), video, make("audio"), make("p", { class: "tile-name" }));
      this.tiles.set(id, made);
      this.stage.append(made);
    }
    return this.tiles.get(id);
  }

  // people: as the house says; mine: { id, tracks }.
  show(people, mine) {
    this.people = new Map(people.map((one) => [one.id, one]));
    this.mine = mine;
    for (const id of [...this.tiles.keys()]) if (typeof id === "number" && !this.people.has(id)) this.forget(id);
    for (const one of people) this.person(one);
    this.count();
  }

  person(one) {
    const { words } = this;
    const mine = one.id === this.mine.id;
    const made = this.tile(one.id);
    made.toggleAttribute("data-mine", mine);
    made.toggleAttribute("data-lost", one.lost);
    made.querySelector(".tile-letters").textContent = initials(one.name);
    const name = made.querySelector(".tile-name");
    const marks = [];
    if (!one.microphone) marks.push(this.icon("microphone-off", words.muted));
    if (one.hand) marks.push(this.icon("hand", words.raised));
    if (one.light) marks.push(this.icon("sound", words.soundAlone));
    const said = mine ? words.you.replace("{name}", one.name) : one.name;
    name.replaceChildren(...marks, make("span", {}, one.lost ? `${said} · ${words.cut}` : said));
    if (one.screen) this.screen(one, mine);
    else { this.tiles.get(`screen-${one.id}`)?.remove(); this.tiles.delete(`screen-${one.id}`); }
    this.play(one.id);
  }

  screen(one, mine) {
    const made = this.tile(`screen-${one.id}`);
    made.setAttribute("data-screen", "");
    made.querySelector(".tile-name").textContent = mine ? this.words.yourScreen : this.words.screenOf.replace("{name}", one.name);
  }

  play(id) {
    const one = this.people?.get(id);
    const mine = id === this.mine?.id;
    const tracks = mine ? this.mine.tracks : this.tracks.get(id);
    if (!one || !tracks) return;
    const made = this.tile(id);
    this.put(made.querySelector("video"), one.camera ? tracks.camera : null);
    made.toggleAttribute("data-picture", Boolean(one.camera && tracks.camera));
    if (!mine) this.put(made.querySelector("audio"), tracks.microphone);
    const screen = this.tiles.get(`screen-${id}`);
    if (screen) { this.put(screen.querySelector("video"), tracks.screen); screen.toggleAttribute("data-picture", Boolean(tracks.screen)); }
  }

  put(player, track) {
    const playing = player.srcObject?.getTracks()[0] ?? null;
    if (playing === (track ?? null)) return;
    player.srcObject = track ? new MediaStream([track]) : null;
    if (track) player.play().catch(() => {}); // the browser waits for a gesture: the next one plays it
  }

  // Pictures that a browser did not dare to play before somebody touched the page.
  wake() { for (const player of this.stage.querySelectorAll("video, audio")) if (player.srcObject && player.paused) player.play().catch(() => {}); }

  speaks(id, on) { this.tiles.get(id)?.toggleAttribute("data-speaks", on); }

  count() {
    const screens = [...this.tiles.keys()].filter((id) => typeof id === "string").length;
    this.stage.style.setProperty("--rows", Math.max(this.tiles.size - screens, 1));
    this.stage.dataset.number = Math.min(this.tiles.size - screens, 9);
    this.stage.toggleAttribute("data-with-screen", screens > 0);
  }

  clear() { for (const made of this.tiles.values()) made.remove(); this.tiles.clear(); this.tracks.clear(); this.count(); }
}
