// The map and its list. Markers come from the address that the list gives; a word of a member is only ever a text node.

import { element, ground, later, words } from "./outlines.js";

const { L } = window;
const side = document.querySelector("[data-map]");
const list = () => document.getElementById("found");
const MAINLAND = L.latLngBounds([41, -5.5], [51.5, 10]);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

/* ---- Pins ---- */

const pin = (networks) => {
  const known = networks.map((id) => words.networks[id]).filter(Boolean);
  const made = element("span", { class: "pin" }, known[0]?.letters ?? "·");
  if (known[0]) made.dataset.network = known[0].slug;
  if (known.length > 1) made.dataset.more = "";
  return L.divIcon({ html: made, className: "pin-place", iconSize: [26, 26] });
};
const bundle = (many) => {
  const made = element("span", { class: "bundle" }, String(many));
  return L.divIcon({ html: made, className: "pin-place", iconSize: [40, 40] });
};

/* ---- The sheet of one ---- */

const link = (href, text) => element("a", { href }, text);
const describe = (content, found) => {
  const parts = [element("p", { class: "meta" }, found.what)];
  if (found.networks.length) parts.push(element("p", { class: "cluster" }, ...found.networks.map((one) => element("span", { class: "badge", "data-network": one.slug }, one.name))));
  for (const line of found.lines ?? []) parts.push(element("p", {}, line));
  if (found.people) parts.push(element("h4", {}, words.people));
  if (found.people) parts.push(found.people.length
    ? element("ul", { class: "plain-list" }, ...found.people.map((one) => element("li", {}, link(one.href, one.name),
      ...(one.job ? [` · ${one.job}`] : []),
      ...(one.offers.length ? [element("span", { class: "meta" }, words.help.replace("{skills}", () => one.offers.join(", ")))] : []))))
    : element("p", { class: "meta" }, words.nobody));
  if (found.more) parts.push(element("p", { class: "meta" }, words.more));
  if (!found.precise) parts.push(element("p", { class: "meta" }, words.roughly));
  const foot = element("p", {}, link(found.href, words.page));
  if (found.position) foot.append(" · ", link(found.position, words.move));
  content.lastElementChild.replaceWith(...parts, foot);
};

/* ---- The page ---- */

export const start = (map) => {
  side.hidden = false;
  map.invalidateSize({ pan: false });
  // Outlines say little from near; a picture under the markers does.
  const close = ground(map, side) ? 13 : 10;

  const bundles = L.markerClusterGroup({
    showCoverageOnHover: false, maxClusterRadius: 44, animate: !still, chunkedLoading: true,
    spiderLegPolylineOptions: { className: "map-leg", weight: 1 },
    iconCreateFunction: (cluster) => bundle(cluster.getChildCount()),
  }).addTo(map);
  const squares = L.layerGroup().addTo(map);
  const address = (given, frame) => {
    const made = new URL(given, location.href);
    if (frame) made.searchParams.set("cadre", [frame.getSouth(), frame.getWest(), frame.getNorth(), frame.getEast()].map((degrees) => degrees.toFixed(4)).join(","));
    return made;
  };

  // What moves the map by itself does not change the list.
  let quiet = 0;
  const quietly = (move) => { quiet = Date.now() + 700; move(); };
  map.on("autopanstart", () => { quiet = Date.now() + 700; });

  /* One sheet at a time, opened from its marker or from its row. */
  const sheet = L.popup({ minWidth: 220, maxWidth: 300, autoPanPadding: [24, 24], className: "map-sheet" });
  let opened = null;
  let from = null;
  const row = (key) => list().querySelector(`[data-mark="${CSS.escape(key)}"]`);
  const open = async (key, at, name, opener = null) => {
    const [kind, id] = key.split("-");
    const content = element("div", {}, element("h3", { tabindex: "-1" }, name), element("p", { class: "meta", role: "status" }, words.loading));
    opened = key;
    from = opener;
    map.closePopup();
    sheet.setLatLng(at).setContent(content).openOn(map);
    opened = key;
    mark();
    const closing = sheet.getElement().querySelector(".leaflet-popup-close-button");
    closing.setAttribute("aria-label", words.close);
    if (opener) content.firstElementChild.focus({ preventScroll: true });
    try {
      const answer = await fetch(side.dataset.sheets.replace(/0$/, id), { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(kind);
      describe(content, await answer.json());
    } catch {
      content.lastElementChild.textContent = words.failed;
    }
    if (opened !== key) return;
    const held = content.contains(document.activeElement) ? document.activeElement : null;
    sheet.update(); // takes the words out and puts them back: what had the focus gets it again
    held?.focus({ preventScroll: true });
  };
  const mark = () => {
    for (const one of list().querySelectorAll("[data-current]")) delete one.dataset.current;
    const shown = opened && row(opened);
    if (!shown) return;
    shown.dataset.current = "";
    if (matchMedia("(min-width: 60rem)").matches) shown.scrollIntoView({ block: "nearest" });
  };
  map.on("popupclose", () => {
    opened = null;
    mark();
    if (from && (document.activeElement === document.body || sheet.getElement()?.contains(document.activeElement))) from.focus();
    from = null;
  });
  map.getContainer().addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });

  /* Rows lead to their markers. */
  const reveal = () => {
    for (const hidden of list().querySelectorAll("[data-open-mark], .to-map")) hidden.hidden = false;
    mark();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-open-mark]");
    if (!button) return;
    const at = button.dataset.at.split(",").map(Number);
    quietly(() => map.setView(at, Math.max(map.getZoom(), close), { animate: false }));
    if (!matchMedia("(min-width: 60rem)").matches) side.scrollIntoView({ block: "start" });
    open(button.dataset.openMark, at, button.closest(".row").querySelector(".row-title").textContent, button);
  });

  /* Markers: all of them, or as many as the frame holds. */
  let everything = true;
  let asked = 0;
  const show = (found) => {
    bundles.clearLayers();
    squares.clearLayers();
    for (const [north, east, many] of found.squares ?? []) {
      L.marker([north, east], { icon: bundle(many), keyboard: false, title: words.several.replace("{n}", many) })
        .on("click", () => map.setView([north, east], map.getZoom() + 2))
        .addTo(squares);
    }
    const places = Object.entries(found.marks ?? {}).flatMap(([kind, marks]) => marks.map(([id, north, east, name, ...networks]) =>
      L.marker([north, east], { icon: pin(networks), keyboard: false, title: name })
        .on("click", () => open(`${kind}-${id}`, [north, east], name))));
    bundles.addLayers(places);
    return [...places.map((one) => one.getLatLng()), ...(found.squares ?? []).map(([north, east]) => L.latLng(north, east))];
  };
  const load = async (frame) => {
    const turn = (asked += 1);
    const answer = await fetch(address(list().dataset.markers, frame), { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || turn !== asked) return null;
    const found = await answer.json();
    if (!frame) everything = !found.squares;
    const points = show(found);
    side.dataset.shown = found.count;
    return points;
  };
  const fit = (points) => {
    const near = points.filter((point) => MAINLAND.contains(point));
    const shown = near.length ? near : points;
    if (shown.length) map.fitBounds(L.latLngBounds(shown), { padding: [28, 28], maxZoom: close, animate: false });
    else map.fitBounds(MAINLAND, { animate: false });
  };

  /* The list follows the map that one moves. */
  let waiting = null;
  const follow = later(async () => {
    if (Date.now() < quiet) return;
    const frame = map.getBounds();
    const asking = address(list().dataset.list, frame);
    for (const [name, value] of new URL(list().dataset.markers, location.href).searchParams) asking.searchParams.set(name, value);
    waiting?.abort();
    waiting = new AbortController();
    try {
      const answer = await fetch(asking, { headers: { "HX-Request": "true" }, signal: waiting.signal });
      if (!answer.ok) return;
      list().outerHTML = await answer.text(); // the list as the server writes it, on its own page too
    } catch { return; }
    history.replaceState(history.state, "", asking);
    reveal();
  }, 350);
  map.on("moveend", () => {
    if (!everything) load(map.getBounds().pad(0.15));
    follow();
  });

  /* The map follows the list that one narrows. */
  const renew = async () => {
    reveal();
    const points = await load();
    if (points) quietly(() => fit(points));
  };
  document.body.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt?.id === "found" || event.detail.target?.id === "found") renew(); });

  const asked_for = new URLSearchParams(location.search);
  const frame = asked_for.get("cadre")?.split(",").map(Number);
  const begin = async () => {
    reveal();
    const points = await load();
    if (frame?.length === 4 && frame.every(Number.isFinite)) quietly(() => map.fitBounds([[frame[0], frame[1]], [frame[2], frame[3]]], { animate: false }));
    else if (points) quietly(() => fit(points));
    if (!everything) load(map.getBounds().pad(0.15));
    list().querySelector(`[data-open-mark$="-${CSS.escape(asked_for.get("ouvrir") ?? "")}"]`)?.click();
    side.dataset.ready = "";
  };
  quietly(() => map.fitBounds(MAINLAND, { animate: false }));
  begin();
};
