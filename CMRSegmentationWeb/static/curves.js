// The curves of a report by frame, with a line at the frame that is shown.

import { element, shape } from "./dom.js";
import { STRUCTURES } from "./cine.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [460, 220, 40, 10, 16, 32];

function curvesOf(report) {
  const single = report.input.shape_tzyx[1] === 1;
  const values = single ? report.areas_cm2 : report.volumes_ml;
  const drawn = STRUCTURES.filter(({ key }) => values[key]?.some((value) => value !== null));
  return { unit: single ? "cm²" : "ml", curves: drawn.map((one) => ({ ...one, values: values[one.key] })) };
}

function steps(most) {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

function path(values, x, y) {
  let isDrawing = false;
  return values.map((value, frame) => {
    const text = value === null ? "" : `${isDrawing ? "L" : "M"}${x(frame)} ${y(value)}`;
    isDrawing = value !== null;
    return text;
  }).join("");
}

function axes(most, times, frames, unit, x, y) {
  const parts = steps(most).flatMap((value) => [
    shape("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
    shape("text", { x: LEFT - 5, y: y(value) + 4, "text-anchor": "end" }, String(+value.toFixed(3))),
  ]);
  const last = times ? `${Math.round(times.at(-1))} ms` : `phase ${frames}`;
  const first = times ? `${Math.round(times[0])}` : "1";
  return [...parts,
    shape("text", { x: LEFT, y: HEIGHT - 12 }, first),
    shape("text", { x: WIDTH - RIGHT, y: HEIGHT - 12, "text-anchor": "end" }, last),
    shape("text", { x: LEFT - 5, y: 10, "text-anchor": "end" }, unit)];
}

// Draws the curves; returns a function that moves the line to another frame.
export function drawCurves(container, title, report, onFrame) {
  const { unit, curves } = curvesOf(report);
  const frames = report.input.shape_tzyx[0];
  const most = Math.max(1, ...curves.flatMap((one) => one.values.filter((v) => v !== null))) * 1.06;
  const x = (frame) => LEFT + (frames > 1 ? frame / (frames - 1) : 0.5) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM);
  title.textContent = unit === "ml" ? "Volumes" : "Areas";
  const now = shape("line", { class: "now", y1: TOP, y2: HEIGHT - BOTTOM });
  const marks = [["ED", report.ed_frame], ["ES", report.es_frame]]
    .filter(([, frame]) => frame !== null && report.es_frame !== null)
    .flatMap(([name, frame]) => [
      shape("line", { class: "phase", x1: x(frame), x2: x(frame), y1: TOP, y2: HEIGHT - BOTTOM }),
      shape("text", { x: x(frame), y: 11, "text-anchor": "middle" }, name)]);
  const lines = curves.map(({ key, values }) => shape("g", { class: key },
    shape("path", { class: "curve", d: path(values, x, y) }),
    ...values.map((value, frame) => value === null ? null
      : shape("circle", { class: "dot", r: 2.5, cx: x(frame), cy: y(value) }))));
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "clickable",
    "aria-label": `${title.textContent} of ${curves.map((one) => one.name).join(", ")} by phase` },
    ...axes(most, report.input.frame_times_ms, frames, unit, x, y), ...marks, ...lines, now);
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    const at = (event.clientX - box.left) / box.width * WIDTH;
    const part = (at - LEFT) / (WIDTH - LEFT - RIGHT);
    onFrame(Math.min(frames - 1, Math.max(0, Math.round(part * (frames - 1)))));
  });
  const values = curves.map((one) => ({ ...one, cell: element("span", {}) }));
  container.replaceChildren(picture, element("p", { class: "legend" }, ...values.map(
    ({ key, name, cell }) => element("span", { class: key }, element("i"), `${name} `, cell))));
  return (frame) => {
    now.setAttribute("x1", x(frame));
    now.setAttribute("x2", x(frame));
    for (const { cell, values: row } of values) {
      cell.textContent = row[frame] === null ? "" : `${row[frame].toFixed(unit === "ml" ? 0 : 1)} ${unit}`;
    }
  };
}
