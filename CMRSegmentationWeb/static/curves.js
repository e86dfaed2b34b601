// The curves of a report by frame, with a line at the frame that is shown.

import { element, fixed, shape } from "./dom.js";
import { STRUCTURES } from "./cine.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [460, 220, 40, 10, 18, 32];
const STRAINS = {
  gcs_endo: "GCS, endocardial", gcs_mid: "GCS, mid-wall", grs: "GRS", gls: "GLS",
  rv_free_wall: "RV free wall",
};

const hasValues = (values) => values?.some((value) => value !== null);

// What is drawn of the volumes, or of the areas of a single slice.
export function sizesOf(report) {
  const isSingle = report.input.shape_tzyx[1] === 1;
  const values = isSingle ? report.areas_cm2 : report.volumes_ml;
  const curves = STRUCTURES.filter(({ key }) => hasValues(values[key]))
    .map(({ key, name }) => ({ key, name, values: values[key] }));
  return isSingle
    ? { title: "Areas", unit: "cm²", decimals: 1, curves }
    : { title: "Volumes", unit: "ml", decimals: 0, curves };
}

// What is drawn of the strains.
export function strainsOf(report) {
  const curves = Object.entries(STRAINS)
    .filter(([key]) => hasValues(report.regional.strains[key]))
    .map(([key, name]) => ({ key, name, values: report.regional.strains[key] }));
  return { title: "Strain", unit: "%", decimals: 1, curves };
}

function steps(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}

// From zero, or below it, to a little above the largest value.
function rangeOf(curves) {
  const all = curves.flatMap((one) => one.values.filter((value) => value !== null));
  const [low, high] = [Math.min(0, ...all), Math.max(1, ...all)];
  const margin = (high - low) * 0.06;
  return [low < 0 ? low - margin : 0, high + margin];
}

function path(values, x, y) {
  let isDrawing = false;
  return values.map((value, frame) => {
    const text = value === null ? "" : `${isDrawing ? "L" : "M"}${x(frame)} ${y(value)}`;
    isDrawing = value !== null;
    return text;
  }).join("");
}

function axes([low, high], { frames, times }, unit, x, y) {
  const parts = steps(low, high).flatMap((value) => [
    shape("line", { class: value === 0 ? "grid zero" : "grid", x1: LEFT, x2: WIDTH - RIGHT,
      y1: y(value), y2: y(value) }),
    shape("text", { x: LEFT - 5, y: y(value) + 4, "text-anchor": "end" }, String(+value.toFixed(3))),
  ]);
  const last = times ? `${Math.round(times.at(-1))} ms` : `phase ${frames}`;
  const first = times ? `${Math.round(times[0])}` : "1";
  return [...parts,
    shape("text", { x: LEFT, y: HEIGHT - 12 }, first),
    shape("text", { x: WIDTH - RIGHT, y: HEIGHT - 12, "text-anchor": "end" }, last),
    shape("text", { x: LEFT - 5, y: 11, "text-anchor": "end" }, unit)];
}

function marks(phases, x) {
  return phases.flatMap(([name, frame]) => [
    shape("line", { class: "phase", x1: x(frame), x2: x(frame), y1: TOP, y2: HEIGHT - BOTTOM }),
    shape("text", { x: x(frame), y: 11, "text-anchor": "middle" }, name)]);
}

function lines(curves, x, y) {
  return curves.map(({ key, values }) => shape("g", { class: key },
    shape("path", { class: "curve", d: path(values, x, y) }),
    ...values.map((value, frame) => value === null ? null
      : shape("circle", { class: "dot", r: 2.5, cx: x(frame), cy: y(value) }))));
}

// The phase that was clicked at.
function frameAt(event, picture, frames) {
  const box = picture.getBoundingClientRect();
  const at = (event.clientX - box.left) / box.width * WIDTH;
  const part = (at - LEFT) / (WIDTH - LEFT - RIGHT);
  return Math.min(frames - 1, Math.max(0, Math.round(part * (frames - 1))));
}

// Names, colors and the values at the frame that is shown.
function legend({ curves, decimals, unit }) {
  const rows = curves.map((one) => ({ ...one, cell: element("span", { class: "number" }) }));
  const node = element("p", { class: "legend" }, ...rows.map(({ key, name, cell }) =>
    element("span", { class: key }, element("i"), `${name} `, cell)));
  const move = (frame) => {
    for (const { cell, values } of rows) {
      cell.textContent = values[frame] === null ? "" : `${fixed(values[frame], decimals)} ${unit}`;
    }
  };
  return { node, move };
}

// Draws curves; returns a function that moves the line to another frame.
export function drawCurves(container, chart, report, onFrame) {
  const { title, unit, curves } = chart;
  const beat = { frames: report.input.shape_tzyx[0], times: report.input.frame_times_ms };
  const range = rangeOf(curves);
  const width = WIDTH - LEFT - RIGHT;
  const x = (frame) => LEFT + (beat.frames > 1 ? frame / (beat.frames - 1) : 0.5) * width;
  const y = (value) => HEIGHT - BOTTOM
    - (value - range[0]) / (range[1] - range[0]) * (HEIGHT - TOP - BOTTOM);
  const phases = report.es_frame === null ? []
    : [["ED", report.ed_frame], ["ES", report.es_frame]];
  const now = shape("line", { class: "now", y1: TOP, y2: HEIGHT - BOTTOM });
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "clickable",
    "aria-label": `${title} of ${curves.map((one) => one.name).join(", ")} by phase` },
    ...axes(range, beat, unit, x, y), ...marks(phases, x), ...lines(curves, x, y), now);
  picture.addEventListener("click", (event) => onFrame(frameAt(event, picture, beat.frames)));
  const { node, move } = legend(chart);
  container.replaceChildren(picture, node);
  return (frame) => {
    now.setAttribute("x1", x(frame));
    now.setAttribute("x2", x(frame));
    move(frame);
  };
}
