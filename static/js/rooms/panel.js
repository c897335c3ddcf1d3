// The participants and the notes, beside the stage.

const make = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

export class Panel {
  constructor(root, { words, act, icon }) {
    Object.assign(this, { root, words, act, icon, unread: 0, items: new Map() });
    for (const button of root.querySelectorAll("[data-open-panel]")) button.addEventListener("click", () => this.toggle(button.dataset.openPanel));
    for (const button of root.querySelectorAll("[data-close-panel]")) button.addEventListener("click", () => { const name = button.closest("[data-panel]").dataset.panel; this.toggle(name, false); this.opener(name).focus(); });
    this.log = root.querySelector("[data-notes]");
  }

  opener(name) { return this.root.querySelector(`[data-open-panel="${name}"]`); }

  toggle(name, open = this.root.querySelector(`[data-panel="${name}"]`).hidden) {
    for (const panel of this.root.querySelectorAll("[data-panel]")) {
      const shown = panel.dataset.panel === name && open;
      panel.hidden = !shown;
      this.opener(panel.dataset.panel).setAttribute("aria-expanded", String(shown));
    }
    this.root.toggleAttribute("data-with-panel", open);
    if (open && name === "notes") { this.unread = 0; this.count("notes", 0); this.log.scrollTop = this.log.scrollHeight; this.root.querySelector("#note").focus(); }
  }

  count(name, number) {
    const badge = this.root.querySelector(`[data-${name}-count]`);
    badge.hidden = !number;
    badge.textContent = number;
  }

  people({ people, waiting, locked, hosts }, me) {
    const { words } = this;
    const list = this.root.querySelector("[data-people]");
    const focused = document.activeElement?.closest?.("[data-person]")?.dataset.person;
    for (const [id, item] of this.items) if (!people.some((one) => one.id === id)) { item.remove(); this.items.delete(id); }
    for (const one of people) {
      const marks = [one.host && words.host, one.guest && words.guest, one.hand && words.raised, !one.microphone && words.muted, one.light && words.soundAlone, one.lost && words.cut].filter(Boolean);
      let item = this.items.get(one.id);
      if (!item) {
        item = make("li", { "data-person": one.id, class: "call-person" }, make("span", { class: "call-person-name" }), make("span", { class: "meta" }), make("span", { class: "meta", "data-speaking": "" }));
        if (hosts && one.id !== me) {
          const away = make("button", { class: "button", "data-kind": "quiet", "data-size": "small", type: "button" }, words.remove, make("span", { class: "hidden-word" }, ` ${one.name}`));
          away.addEventListener("click", () => { if (confirm(words.removeAsk.replace("{name}", one.name))) this.act("remove", one.id); });
          item.append(away);
        }
        this.items.set(one.id, item);
        list.append(item);
      }
      item.querySelector(".call-person-name").textContent = one.id === me ? words.you.replace("{name}", one.name) : one.name;
      item.querySelector(".meta").textContent = marks.join(", ");
    }
    if (focused) this.items.get(Number(focused))?.querySelector("button")?.focus();
    this.door(waiting ?? []);
    const there = people.length + (waiting?.length ?? 0);
    this.count("people", there > 1 ? there : 0);
    const lock = this.root.querySelector("[data-lock]");
    if (lock) lock.setAttribute("aria-pressed", String(locked));
  }

  door(waiting) {
    const { words } = this;
    this.root.querySelector("[data-at-the-door]").hidden = !waiting.length;
    this.opener("people").toggleAttribute("data-calls", waiting.length > 0);
    const list = this.root.querySelector("[data-waiting-list]");
    for (const item of [...list.children]) if (!waiting.some((one) => String(one.id) === item.dataset.waits)) item.remove();
    for (const one of waiting) {
      if (list.querySelector(`[data-waits="${one.id}"]`)) continue;
      const item = make("li", { "data-waits": one.id, class: "call-person" }, make("span", { class: "call-person-name" }, one.name), make("span", { class: "meta" }, one.guest ? words.guest : ""));
      for (const [name, kind] of [["admit", null], ["refuse", "quiet"]]) {
        const button = make("button", { class: "button", "data-size": "small", type: "button", ...(kind ? { "data-kind": kind } : {}) }, words[name], make("span", { class: "hidden-word" }, ` ${one.name}`));
        button.addEventListener("click", () => this.act(name, one.id));
        item.append(button);
      }
      list.append(item);
    }
  }

  speaks(id, on) {
    const mark = this.items.get(id)?.querySelector("[data-speaking]");
    if (mark) mark.textContent = on ? this.words.speaks : "";
  }

  notes(list) {
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    for (const one of list) {
      if (this.log.querySelector(`[data-note-id="${one.id}"]`)) continue;
      const hour = new Date(one.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      this.log.firstElementChild.append(make("li", { "data-note-id": one.id }, make("p", { class: "meta" }, make("strong", {}, one.name || this.words.guest), ` ${hour}`), make("p", { class: "room-note" }, one.body)));
      if (this.root.querySelector('[data-panel="notes"]').hidden) this.unread += 1;
    }
    this.count("notes", this.unread);
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
  }
}
