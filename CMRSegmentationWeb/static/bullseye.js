// The bullseye: what was measured in the 16 segments of the left ventricle, base outside, anterior
// on top (Cerqueira et al. 2002, doi:10.1161/hc0402.102975; without segment 17).

import { element, fixed, shape } from "./dom.js";

const RINGS = { basal: [2, 3], mid: [1, 2], apical: [0.25, 1] }; // thirds of the radius
const WALLS = [["anterior", 0, -3.25, 0], ["inferior", 0, 3.25, 0], ["septal", -3.25, 0, -90],
  ["lateral", 3.25, 0, 90]];
const QUANTITIES = {
  ed_mean_mm: { name: "Wall at end-diastole", unit: "mm" },
  es_mean_mm: { name: "Wall at end-systole", unit: "mm" },
  thickening_percent: { name: "Thickening", unit: "%" },
};

const channels = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));

function colorOf(value, { low, high, colors }) {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low))) * (colors.length - 1);
  const first = Math.min(colors.length - 2, Math.floor(share));
  const [from, to] = [channels(colors[first]), channels(colors[first + 1])];
  return from.map((one, at) => Math.round(one + (share - first) * (to[at] - one)));
}

const isDark = ([red, green, blue]) => 0.299 * red + 0.587 * green + 0.114 * blue < 120;

// Where a segment starts and how wide it is, in degrees counterclockwise from the right.
function anglesOf({ number, level }) {
  return level === "apical" ? [45 + 90 * (number - 13), 90] : [60 + 60 * ((number - 1) % 6), 60];
}

function place(degrees, radius) {
  const angle = degrees / 180 * Math.PI;
  return [radius * Math.cos(angle), -radius * Math.sin(angle)];
}

function ringPiece(start, width, inner, outer) {
  const point = (degrees, radius) => place(degrees, radius).map((one) => one.toFixed(3)).join(" ");
  const end = start + width;
  return `M${point(start, outer)}A${outer} ${outer} 0 0 0 ${point(end, outer)}`
    + `L${point(end, inner)}A${inner} ${inner} 0 0 1 ${point(start, inner)}Z`;
}

function sector(segment, key, scale) {
  const value = segment[key];
  const [start, width] = anglesOf(segment);
  const [inner, outer] = RINGS[segment.level];
  const text = value === null ? "" : fixed(value, scale.decimals);
  const color = value === null ? null : colorOf(value, scale);
  const [x, y] = place(start + width / 2, (inner + outer) / 2);
  return shape("g", {},
    shape("title", {}, `${segment.number}, ${segment.level} ${segment.wall}: `
      + (text ? `${text} ${QUANTITIES[key].unit}` : "not measured")),
    shape("path", { class: "sector", fill: color && `rgb(${color.join()})`,
      d: ringPiece(start, width, inner, outer) }),
    shape("text", { class: color && isDark(color) ? "on-dark" : color ? "on-light" : null, x, y: y + 0.12 },
      text));
}

function picture(segments, key, scale) {
  const { name, unit } = QUANTITIES[key];
  const walls = WALLS.map(([wall, x, y, turn]) => shape("text", { x, y: y + (turn ? 0 : 0.1),
    transform: turn ? `rotate(${turn} ${x} ${y})` : null }, wall));
  const values = segments.filter((one) => one[key] !== null)
    .map((one) => `${one.level} ${one.wall} ${fixed(one[key], scale.decimals)}`);
  return shape("svg", { viewBox: "-3.6 -3.6 7.2 7.2", role: "img", class: "bullseye",
    "aria-label": `${name} in ${unit}: ${values.join(", ")}` },
    ...segments.map((one) => sector(one, key, scale)), ...walls);
}

function thickestText({ thickness_mm: mm, segment, slice }, segments) {
  const { level, wall } = segments.find((one) => one.number === segment);
  return `Largest wall at end-diastole: ${mm.toFixed(1)} mm, ${level} ${wall}, slice ${slice + 1}`;
}

// Draws the bullseye with a choice of what it shows, in the colors of the report; onPlace(frame,
// slice) shows a place.
export function drawBullseye(container, { segments, thickest }, scales, onPlace) {
  const keys = Object.keys(QUANTITIES).filter((key) => segments.some((one) => one[key] !== null));
  const drawing = element("div", {});
  const show = (key) => drawing.replaceChildren(picture(segments, key, scales[key]));
  const choice = element("select", { "aria-label": "What the bullseye shows",
    onchange: (event) => show(event.target.value) },
    ...keys.map((key) => element("option", { value: key }, `${QUANTITIES[key].name} (${QUANTITIES[key].unit})`)));
  show(keys[0]);
  const button = thickest && element("button", { type: "button",
    onclick: () => onPlace(thickest.frame, thickest.slice) }, thickestText(thickest, segments));
  container.replaceChildren(choice, drawing, ...(button ? [button] : []));
}
