// What every map of ours stands on: our own outlines, our words, our buttons.

const { L } = window;
export const words = JSON.parse(document.getElementById("map-words").textContent);

export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
export const later = (act, wait) => {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
};

// Each border is written once, point after point from the one before; a place names those that surround it.
const unfold = ({ step, places, arcs }) => {
  const lines = arcs.map((told) => {
    const line = [];
    for (let at = 0, x = 0, y = 0; at < told.length; at += 2) {
      x += told[at];
      y += told[at + 1];
      line.push([y * step, x * step]);
    }
    return line;
  });
  const ring = (numbers) => numbers.flatMap((number) => (number < 0 ? [...lines[~number]].reverse() : lines[number]));
  return places.map(({ code, name, rings }) => ({ code, name, rings: rings.map(ring) }));
};
export const outlines = async (address) => {
  const answer = await fetch(address);
  return answer.ok ? unfold(await answer.json()) : [];
};

// Names between the markers, the largest towns first, as many as there is room for.
const name = (map, towns) => {
  const pane = map.createPane("names");
  pane.classList.add("map-names");
  pane.setAttribute("aria-hidden", "true"); // a place to look at: the list says the towns
  const labels = L.layerGroup().addTo(map);
  const write = () => {
    labels.clearLayers();
    const frame = map.getBounds();
    const taken = [];
    for (const [town, north, east] of towns) {
      if (!frame.contains([north, east])) continue;
      const { x, y } = map.latLngToContainerPoint([north, east]);
      const wide = 20 + town.length * 7;
      if (taken.some((one) => Math.abs(one.x - x) < (one.wide + wide) / 2 && Math.abs(one.y - y) < 44)) continue;
      taken.push({ x, y, wide });
      const icon = L.divIcon({ html: element("span", {}, town), className: "town", iconSize: [0, 0] });
      L.marker([north, east], { icon, interactive: false, keyboard: false, pane: "names" }).addTo(labels);
    }
  };
  map.on("moveend", write);
  write();
};

// Whether there are pictures under the markers; else our own outlines are drawn.
export const ground = (map, side) => {
  const container = map.getContainer();
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", words.map);
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.farther }).addTo(map);
  if (container.querySelector(".leaflet-tile-pane .leaflet-layer")) return true;
  map.attributionControl.addAttribution(element("span", {}, words.outlines).innerHTML);
  if (side.dataset.outlines) outlines(side.dataset.outlines).then((places) => {
    L.polygon(places.map((place) => place.rings), { className: "map-land", interactive: false, smoothFactor: 1.5, weight: 1 }).addTo(map).bringToBack();
  });
  if (side.dataset.towns) fetch(side.dataset.towns).then((answer) => answer.json()).then((towns) => name(map, [...(words.near ?? []), ...towns]));
  return false;
};
