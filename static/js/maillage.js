// Maillage: improves pages which already work. Hooks are data- attributes; words come from the server (#page-words).

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, selector, act, options) =>
  document.addEventListener(type, (event) => {
    const target = event.target.closest?.(selector);
    if (target) act(event, target);
  }, options);
const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
const later = (act, wait) => {
  let timer;
  return (...values) => { clearTimeout(timer); timer = setTimeout(act, wait, ...values); };
};

const words = JSON.parse($("#page-words")?.textContent || "{}");
const csrf = $('meta[name="csrf-token"]')?.content ?? "";
const post = (url, body, more = {}) =>
  fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrf, "X-Fragment": "1" }, credentials: "same-origin", ...more });

// Storage may be refused by the browser: then nothing is kept, and nothing breaks.
const keep = (store, key, value) => { try { value === null ? store.removeItem(key) : store.setItem(key, value); } catch { /* refused */ } };
const kept = (store, key) => { try { return store.getItem(key); } catch { return null; } };

const insert = (area, start, end, text) => {
  area.focus();
  area.setSelectionRange(start, end);
  // execCommand keeps the browser's own undo.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

/* ---- Menus, search, theme ---- */

on("click", "summary", (event, summary) => {
  const menu = summary.parentElement;
  for (const other of $$("details[data-menu][open]")) if (other !== menu && !other.contains(menu)) other.open = false;
});
document.addEventListener("click", (event) => {
  for (const menu of $$("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of $$("details[data-menu][open]")) {
      menu.open = false;
      if (menu.contains(document.activeElement)) $("summary", menu).focus();
    }
  }
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) {
    const search = $("#search");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
});

/* ---- Titles as one types ---- */

const field = $("#search[data-titles-url]");
if (field) {
  const list = element("ul", { class: "search-titles", id: "search-titles", role: "listbox", "aria-label": words.titles });
  list.hidden = true;
  field.form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) field.setAttribute(name, value);
  const show = (open) => { list.hidden = !open; field.setAttribute("aria-expanded", String(open)); if (!open) field.removeAttribute("aria-activedescendant"); };
  const point = (option) => {
    for (const one of list.children) one.setAttribute("aria-selected", String(one === option));
    if (option) { field.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); } else field.removeAttribute("aria-activedescendant");
  };
  let asked = 0;
  const look = later(async () => {
    const turn = (asked += 1);
    const typed = field.value.trim();
    if (typed.length < 2) { show(false); return; }
    const answer = await fetch(`${field.dataset.titlesUrl}?${new URLSearchParams({ q: typed })}`, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || turn !== asked || document.activeElement !== field) return;
    const found = await answer.json();
    list.replaceChildren(...found.map((one, number) => {
      const option = element("li", { role: "option", id: `search-title-${number}`, "aria-selected": "false" }, one.title, element("small", {}, one.kind));
      option.dataset.href = one.href;
      return option;
    }));
    show(found.length > 0);
  }, 120);
  field.addEventListener("input", look);
  field.addEventListener("focusout", () => show(false));
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const options = [...list.children];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") point(options[at + 1] ?? null);
    else if (event.key === "ArrowUp") point(options.at(at < 0 ? -1 : at - 1) && at !== 0 ? options.at(at < 0 ? -1 : at - 1) : null);
    else if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && at >= 0) location.assign(options[at].dataset.href);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); location.assign(option.dataset.href); }
  });
}

const showTheme = () => {
  const chosen = kept(localStorage, "theme") ?? "";
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
  for (const button of $$("[data-theme-choice]")) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
};
on("click", "[data-theme-choice]", (event, button) => {
  keep(localStorage, "theme", button.dataset.themeChoice || null);
  showTheme();
});

/* ---- Forms: ask before, send once ---- */

const agreed = new WeakSet();
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const dialog = $("[data-confirm-dialog]");
  const asks = submitter?.dataset.confirm ? submitter : form;
  if (asks.dataset.confirm && dialog?.showModal && !agreed.delete(asks)) {
    event.preventDefault();
    event.stopPropagation();
    $("[data-question]", dialog).textContent = asks.dataset.confirm;
    const answer = $("[data-answer]", dialog);
    answer.dataset.word ??= answer.textContent;
    answer.textContent = asks.dataset.confirmLabel ?? answer.dataset.word;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") { agreed.add(asks); form.requestSubmit(submitter); }
    }, { once: true });
    dialog.showModal();
  }
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  const { submitter } = event;
  if (event.defaultPrevented || form.method === "dialog" || submitter?.formTarget === "_blank") return;
  if (form.matches("[data-sign-out]")) { signingOut = true; forgetDrafts(); }
  if (form.dataset.draft && !navigator.onLine) { event.preventDefault(); saveDraft(form); sayOffline(form); return; }
  if (form.dataset.draft) markSent(form);
  if (form.method !== "post") return;
  if (form.hasAttribute("data-sending")) { event.preventDefault(); return; }
  form.setAttribute("data-sending", "");
  submitter?.setAttribute("aria-busy", "true");
  // Disabled after the browser has read the form: the button's own name is sent.
  setTimeout(() => { for (const button of $$("button:not([type=button])", form)) button.disabled = true; });
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  signingOut = false;
  for (const form of $$("form[data-sending]")) {
    form.removeAttribute("data-sending");
    for (const button of $$("button", form)) { button.disabled = false; button.removeAttribute("aria-busy"); }
  }
});

// A form that answers by a file leaves its page where it is: its button must work again.
on("submit", "form[data-downloads]", (event, form) => {
  setTimeout(() => {
    form.removeAttribute("data-sending");
    for (const button of $$("button", form)) { button.disabled = false; button.removeAttribute("aria-busy"); }
  }, 1500);
});

on("click", "[data-reveal]", (event, button) => {
  const input = document.getElementById(button.dataset.reveal);
  const show = input.type === "password";
  input.type = show ? "text" : "password";
  button.setAttribute("aria-pressed", String(show));
  $(".hidden-word", button).textContent = show ? words.passwordHide : words.passwordShow;
  const use = $("use", button);
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, show ? "#hide" : "#show"));
  input.focus();
});

on("click", "[data-print]", () => print());

on("click", "[data-copy]", async (event, button) => {
  await navigator.clipboard.writeText($(button.dataset.copy).innerText.trim());
  const label = $("[data-copy-word]", button) ?? button;
  const before = label.textContent;
  label.textContent = words.copied;
  setTimeout(() => { label.textContent = before; }, 2500);
});

// The count appears when four fifths of the room are used.
on("input", "[data-count]", (event, input) => {
  const room = input.maxLength;
  if (room < 1) return;
  const left = room - input.value.length;
  let counter = document.getElementById(`${input.id}-count`);
  if (!counter) {
    counter = element("p", { class: "counter", id: `${input.id}-count`, role: "status" });
    input.after(counter);
  }
  counter.textContent = left <= room / 5 ? words.charactersLeft.replace("{n}", left) : "";
});

on("change", "[data-picker] [data-everyone]", (event, radio) => {
  for (const box of $$("input[type=checkbox]:checked", radio.closest("[data-picker]"))) box.checked = false;
});

/* ---- The colours of a network, seen as they are chosen ---- */

const onWhite = (colour) => {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
};
const dress = (form) => {
  const shown = $("[data-dress]", form);
  for (const input of $$("input[type=color]", form)) {
    for (const part of $$(`[data-dressed="${input.name}"]`, shown)) part.style.setProperty("--network", input.value);
    const good = onWhite(input.value) >= Number(shown.dataset.least);
    $(`[data-dress-good="${input.name}"]`, shown).hidden = !good;
    $(`[data-dress-bad="${input.name}"]`, shown).hidden = good;
  }
  if (form.elements.name.value.trim()) $("[data-dress-name]", shown).textContent = form.elements.name.value;
};
on("input", "form:has([data-dress])", (event, form) => dress(form));
for (const button of $$("[data-dress-see]")) button.hidden = true;

/* ---- Long lists of boxes: typing narrows them ---- */

const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim().toLowerCase();
on("input", "[data-narrow]", (event, input) => {
  const sought = bare(input.value); // "loire atlantique" finds Loire-Atlantique
  for (const group of $$("details", input.closest("[data-narrowed]"))) {
    const boxes = $$(".choice", group);
    for (const box of boxes) box.hidden = !bare(box.textContent).includes(sought);
    group.hidden = boxes.every((box) => box.hidden);
    group.open = sought.length > 1 && !group.hidden;
  }
});
on("keydown", "[data-narrow]", (event) => { if (event.key === "Enter") event.preventDefault(); });

/* ---- Drafts: a lost connection loses nothing ---- */

const sayOffline = (form) => {
  $(".offline-note", form)?.remove();
  const note = element("p", { class: "draft-note offline-note", role: "status" }, element("span", {}, words.offline));
  ($(".actions", form) ?? form.lastElementChild).before(note);
  addEventListener("online", () => note.remove(), { once: true });
};

// A draft is its writer's alone, on a computer that others use too.
const draftKey = (form) => `draft:${document.body.dataset.signedIn ?? ""}:${form.dataset.draft}`;
const draftFields = (form) => $$("textarea[name], input[name]:is([type=text], [type=search], :not([type]))", form);
// What is being typed when its author signs out is not kept either: the next person may sit at the same computer.
let signingOut = false;
const forgetDrafts = () => {
  try { for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key); } catch { /* refused */ }
};
const markSent = (form) => {
  saveDraft(form);
  keep(sessionStorage, "sent", JSON.stringify({ key: draftKey(form), at: Date.now() }));
};
const saveDraft = (form) => {
  if (signingOut) return;
  const values = {};
  for (const field of draftFields(form)) if (field.value.trim() && field.value !== field.defaultValue) values[field.name] = field.value;
  keep(localStorage, draftKey(form), Object.keys(values).length ? JSON.stringify({ values, at: Date.now() }) : null);
};
const hasErrors = (form) => Boolean($('[aria-invalid="true"], .error-summary, .error', form));

// What was sent is forgotten only when the server has taken it: it then answers by a redirection to a signed-in page.
const settleSent = () => {
  const sent = JSON.parse(kept(sessionStorage, "sent") ?? "null");
  if (!sent) return;
  keep(sessionStorage, "sent", null);
  const [arrival] = performance.getEntriesByType("navigation");
  const refused = $$("form[data-draft]").some((form) => draftKey(form) === sent.key && hasErrors(form));
  const taken = document.body.hasAttribute("data-signed-in") && arrival?.redirectCount > 0 && Date.now() - sent.at < 120_000;
  if (taken && !refused) keep(localStorage, sent.key, null);
};

const restoreDraft = (form) => {
  const draft = JSON.parse(kept(localStorage, draftKey(form)) ?? "null");
  if (!draft || hasErrors(form)) return;
  if (Date.now() - draft.at > 30 * 86_400_000) { keep(localStorage, draftKey(form), null); return; }
  const fields = draftFields(form).filter((field) => draft.values[field.name] && draft.values[field.name] !== field.value);
  if (!fields.length) return;
  // Words that are quoted join what was already typed; once they are in it, a reload adds nothing.
  const quoting = new URLSearchParams(location.search).has("citer");
  for (const field of fields) {
    const typed = draft.values[field.name];
    const joins = quoting && field.defaultValue.trim() && !typed.includes(field.defaultValue.trim());
    field.value = joins ? `${typed.trimEnd()}\n\n${field.defaultValue}` : typed;
  }
  if (quoting) return;
  const discard = element("button", { type: "button" }, words.draftDiscard);
  const note = element("p", { class: "draft-note", role: "status" }, element("span", {}, words.draftFound), discard);
  discard.addEventListener("click", () => {
    for (const field of fields) field.value = field.defaultValue;
    keep(localStorage, draftKey(form), null);
    note.remove();
    fields[0].focus();
  });
  (fields[0].closest(".field") ?? fields[0]).before(note);
};
const saveSoon = later(saveDraft, 400);
on("input", "form[data-draft]", (event, form) => saveSoon(form));
addEventListener("pagehide", () => { for (const form of $$("form[data-draft]:not([data-sending])")) if (draftFields(form).some((field) => field.value !== field.defaultValue)) saveDraft(form); });

/* ---- Editor: five buttons, and the server's own preview ---- */

const around = (area, before, after = before, empty = "") => {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const text = value.slice(start, end);
  if (text && value.slice(start - before.length, start) === before && value.slice(end, end + after.length) === after) {
    insert(area, start - before.length, end + after.length, text);
    area.setSelectionRange(start - before.length, end - before.length);
    return;
  }
  insert(area, start, end, before + (text || empty) + after);
  area.setSelectionRange(start + before.length, start + before.length + (text || empty).length);
};
const eachLine = (area, prefix) => {
  const { value } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const found = value.indexOf("\n", area.selectionEnd);
  const end = found < 0 ? value.length : found;
  const lines = value.slice(start, end).split("\n");
  const undo = lines.every((line) => line.startsWith(prefix));
  const gap = !undo && start > 0 && value[start - 2] !== "\n" && value[start - 2] !== undefined ? "\n" : "";
  insert(area, start, end, gap + lines.map((line) => (undo ? line.slice(prefix.length) : prefix + line)).join("\n"));
};
const tools = {
  bold: (area) => around(area, "**"),
  italic: (area) => around(area, "_"),
  link: (area) => {
    const text = area.value.slice(area.selectionStart, area.selectionEnd);
    if (/^https?:\/\/\S+$/.test(text)) around(area, `[${words.linkText}](`, ")");
    else {
      around(area, "[", "](https://)", words.linkText);
      if (text) { const at = area.selectionEnd + 2; area.setSelectionRange(at, at + 8); }
    }
  },
  list: (area) => eachLine(area, "- "),
  quote: (area) => eachLine(area, "> "),
};
const shortcuts = { b: "bold", i: "italic", k: "link" };

on("click", "[data-tool]", (event, button) => tools[button.dataset.tool]($("textarea", button.closest(".editor-box"))));
on("keydown", ".editor-tools", (event, bar) => {
  const buttons = $$("button", bar);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = buttons.indexOf(document.activeElement);
  const next = step ? buttons[(at + step + buttons.length) % buttons.length] : { Home: buttons[0], End: buttons.at(-1) }[event.key];
  if (!next) return;
  event.preventDefault();
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
});
on("keydown", "textarea[data-editor]", (event, area) => {
  const tool = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && shortcuts[event.key.toLowerCase()];
  if (tool) { event.preventDefault(); tools[tool](area); }
});

on("click", "[data-preview]", async (event, button) => {
  const area = document.getElementById(button.dataset.preview);
  const pane = document.getElementById(`${area.id}-preview`);
  event.preventDefault();
  const shown = pane.hidden;
  pane.hidden = !shown;
  area.hidden = shown;
  $(".editor-tools", area.closest(".editor-box")).hidden = shown;
  button.textContent = shown ? button.dataset.wordBack : button.dataset.word;
  if (!shown) { area.focus(); return; }
  pane.textContent = words.previewing;
  pane.focus();
  const body = new FormData();
  body.set("body", area.value);
  if (area.dataset.audience) body.set("audience", area.dataset.audience);
  try {
    const answer = await post(area.dataset.previewUrl, body);
    if (!answer.ok) throw new Error(answer.statusText);
    pane.innerHTML = await answer.text(); // cleaned by the server, by the same function as what is published
  } catch {
    pane.textContent = words.previewFailed;
  }
});

/* ---- Mentions: @ and two letters ---- */

let suggest = null;
const closeSuggest = () => {
  if (!suggest) return;
  suggest.list.remove();
  suggest.status.remove();
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete"]) suggest.area.removeAttribute(name);
  suggest = null;
};
const choose = (option) => {
  const { area, from } = suggest;
  closeSuggest();
  insert(area, from, area.selectionStart, `@${option.dataset.handle} `);
  area.mentionEnd = area.selectionStart;
};
// "@marine.pele, voici": the space that followed the name gives way to a comma or a full stop.
on("input", "textarea[data-mentions-url]", (event, area) => {
  const at = area.selectionStart;
  if (/^[,.)…]$/.test(event.data ?? "") && at === area.mentionEnd + 1) insert(area, at - 2, at, event.data);
  delete area.mentionEnd;
});
const point = (option) => {
  for (const other of suggest.list.children) other.setAttribute("aria-selected", String(other === option));
  suggest.area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};
// Where the caret is: a hidden copy of the text up to it, with the same measures.
const caret = (area, at) => {
  const style = getComputedStyle(area);
  const copy = element("div");
  for (const name of ["font", "padding", "borderWidth", "lineHeight", "letterSpacing", "boxSizing"]) copy.style[name] = style[name];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", width: `${area.clientWidth}px` });
  const end = element("span", {}, "@");
  copy.append(area.value.slice(0, at), end);
  area.parentElement.append(copy);
  const place = { left: end.offsetLeft, top: end.offsetTop + end.offsetHeight - area.scrollTop };
  copy.remove();
  return place;
};
const mentionUrl = (area, query) => {
  const url = new URL(area.dataset.mentionsUrl, location.href);
  url.searchParams.set("q", query);
  if (area.dataset.audience) url.searchParams.set("audience", area.dataset.audience);
  for (const box of $$("[data-picker] input[type=checkbox]:checked", area.form)) url.searchParams.append(box.name, box.value);
  return url;
};
const lookUp = later(async (area) => {
  const before = area.value.slice(0, area.selectionStart);
  const query = /(?:^|[\s(])@([\p{L}\p{N}_.-]{2,30})$/u.exec(before)?.[1];
  if (!query) { closeSuggest(); return; }
  let people;
  try {
    people = await (await fetch(mentionUrl(area, query), { headers: { Accept: "application/json" } })).json();
  } catch { return; }
  if (area.value.slice(0, area.selectionStart) !== before || document.activeElement !== area) return;
  closeSuggest();
  const list = element("ul", { class: "suggest", role: "listbox", id: "mentions", "aria-label": "@" });
  const status = element("span", { class: "hidden-word", role: "status" });
  for (const [index, person] of people.slice(0, 6).entries()) {
    const option = element("li", { role: "option", id: `mention-${index}`, "aria-selected": "false", "data-handle": person.handle }, person.name);
    if (person.detail) option.append(element("small", {}, person.detail));
    list.append(option);
  }
  const box = area.parentElement;
  box.classList.add("suggest-anchor");
  box.append(status);
  setTimeout(() => { status.textContent = people.length ? words.people.replace("{n}", list.children.length) : words.peopleNone; }, 50);
  suggest = { area, list, status, from: area.selectionStart - query.length - 1 };
  if (!people.length) return;
  box.append(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", "mentions");
  const place = caret(area, suggest.from);
  list.style.top = `${area.offsetTop + place.top}px`;
  list.style.left = `${Math.max(0, Math.min(place.left, area.clientWidth - list.offsetWidth))}px`;
  point(list.firstElementChild);
}, 150);
on("input", "textarea[data-mentions-url]", (event, area) => lookUp(area));
document.addEventListener("keydown", (event) => {
  if (!suggest?.list.isConnected || event.target !== suggest.area) return;
  const options = [...suggest.list.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") point(options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length]);
  else if (event.key === "Enter" || event.key === "Tab") choose(options[at]);
  else if (event.key === "Escape") closeSuggest();
  else return;
  event.preventDefault();
});
on("mousedown", ".suggest [role=option]", (event, option) => { event.preventDefault(); choose(option); });
on("focusout", "textarea[data-mentions-url]", () => closeSuggest());

/* ---- Read once it has been on screen for a second ---- */

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    clearTimeout(target.seenTimer);
    if (isIntersecting && !document.hidden) {
      target.seenTimer = setTimeout(() => {
        const url = target.dataset.seenUrl;
        watcher.unobserve(target);
        target.removeAttribute("data-seen-url");
        post(url, null, { keepalive: true }).catch(() => { /* it stays unread */ });
      }, 1000);
    }
  }
});
const watch = () => { for (const seen of $$("[data-seen-url]")) { watcher.unobserve(seen); watcher.observe(seen); } };
document.addEventListener("visibilitychange", watch);
document.addEventListener("maillage:more", watch); // live.js has added something to read

/* ---- On arrival ---- */

showTheme();
for (const hidden of $$("[data-themes], [data-reveal], [data-narrow-field], .editor-tools, [data-copy][hidden], [data-print]")) hidden.hidden = false;
settleSent();
for (const form of $$("form[data-draft]")) restoreDraft(form);
// What sends files is read when somebody is about to: a topic is light without it.
for (const form of $$("form[data-upload-script]")) {
  const send = () => import(form.dataset.uploadScript).then(({ start }) => start(form, { $, $$, on, element, keep, kept, words, csrf }));
  const fold = $("[data-drop]", form).closest("details:not([open])");
  if (fold) fold.addEventListener("toggle", send, { once: true });
  else send();
}
$("[data-focus]")?.focus();
watch();
