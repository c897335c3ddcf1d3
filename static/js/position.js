// The marker of one organisation: dragged, or typed in the two fields, which it follows.

import { element, ground, words } from "./outlines.js";

const { L } = window;
const side = document.querySelector("[data-map]");
const fields = ["[data-latitude]", "[data-longitude]"].map((selector) => document.querySelector(selector));

export const start = (map) => {
  side.hidden = false;
  map.invalidateSize({ pan: false });
  const close = ground(map, side) ? 16 : 12;
  const icon = L.divIcon({ html: element("span", { class: "pin" }, "·"), className: "pin-place", iconSize: [26, 26] });
  const marker = L.marker([46.6, 2.4], { icon, draggable: true, title: words.name });
  const typed = () => {
    const [north, east] = fields.map((field) => Number.parseFloat(field.value.replace(",", ".")));
    return Number.isFinite(north) && Number.isFinite(east) && Math.abs(north) <= 90 && Math.abs(east) <= 180 ? [north, east] : null;
  };
  const show = () => { const at = typed(); if (at) marker.setLatLng(at).addTo(map); };
  const write = ({ lat, lng }) => { [fields[0].value, fields[1].value] = [lat.toFixed(5), L.Util.wrapNum(lng, [-180, 180], true).toFixed(5)]; show(); };
  for (const field of fields) field.addEventListener("input", show);
  marker.on("dragend", () => write(marker.getLatLng()));
  map.on("click", (event) => write(event.latlng));
  const at = typed();
  if (at) map.setView(at, close, { animate: false });
  show();
  side.dataset.ready = "";
};
