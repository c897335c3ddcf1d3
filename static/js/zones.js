// Each zone d'emploi in the tint of how many there are; its line of the table says the same.

import { element, ground, outlines, words } from "./outlines.js";

const { L } = window;
const side = document.querySelector("[data-map]");
const tint = (many) => words.steps.filter((step) => many >= step).length;

export const start = async (map) => {
  side.hidden = false;
  map.invalidateSize({ pan: false });
  ground(map, side);
  const counted = new Map(words.zones.map((zone) => [zone.code, zone]));
  const places = (await outlines(side.dataset.zones)).filter((place) => counted.has(place.code));
  const shapes = new Map();
  for (const place of places) {
    const zone = counted.get(place.code);
    const told = words.many.replace("{organisations}", zone.organisations).replace("{members}", zone.members);
    const shape = L.polygon(place.rings, { className: `zone zone-${tint(words.people ? zone.members : zone.organisations)}`, smoothFactor: 1.2 })
      .bindTooltip(element("div", {}, element("strong", {}, zone.name), element("br"), told), { sticky: true, className: "map-tip" })
      .on("click", () => location.assign(zone.href))
      .on("mouseover", () => shape.bringToFront())
      .addTo(map);
    shapes.set(place.code, shape);
  }
  const point = (event, on) => {
    const shape = shapes.get(event.target.closest?.("[data-zone]")?.dataset.zone);
    if (!shape) return;
    shape.getElement().toggleAttribute("data-current", on);
    if (on) shape.bringToFront();
  };
  for (const [type, on] of [["focusin", true], ["focusout", false], ["mouseover", true], ["mouseout", false]]) document.addEventListener(type, (event) => point(event, on));
  const all = L.latLngBounds([41, -5.5], [51.5, 10]);
  const drawn = [...shapes.values()].map((shape) => shape.getBounds());
  const near = drawn.filter((bounds) => all.contains(bounds.getCenter()));
  const shown = near.length ? near : drawn;
  map.fitBounds(shown.length ? shown.reduce((sum, one) => sum.extend(one), L.latLngBounds(shown[0].getSouthWest(), shown[0].getNorthEast())) : all, { padding: [16, 16], animate: false });
  side.dataset.ready = "";
};
