// How far each contour is to be believed: a map of slices by phases for each structure.

import { element, fixed, shape } from "./dom.js";
import { STRUCTURES } from "./cine.js";

const [CELL, LEFT, TOP] = [12, 34, 16];
const FEWEST_FOR_BOTH_ENDS = 6; // phases, from which on the first and the last number have room
const WORDS = { believed: "believed", doubtful: "look at it", wrong: "likely wrong" };

// `missing` is the chance that an expert would have drawn something, where nothing is drawn.
function markOf(dice, missing, limits) {
  if (missing !== null) {
    if (missing > limits.missing_wrong) return "wrong";
    return missing > limits.missing_doubtful ? "doubtful" : "none";
  }
  if (dice === null) return "none";
  if (dice < limits.slice_wrong) return "wrong";
  return dice < limits.slice_doubtful ? "doubtful" : "believed";
}

function tipOf(dice, missing, mark) {
  if (mark === "none") return "nothing drawn or expected";
  if (dice !== null) return `likely Dice ${dice.toFixed(2)}, ${WORDS[mark]}`;
  return `nothing drawn, ${(100 * missing).toFixed(0)} % chance that something is missing, ${WORDS[mark]}`;
}

function cell(frame, slice, tip, mark, onPlace) {
  const [x, y] = [LEFT + frame * CELL, TOP + slice * CELL];
  const cross = mark === "wrong"
    ? shape("path", { class: "cross", d: `M${x + 3} ${y + 3}l5 5m0 -5l-5 5` }) : null;
  return shape("g", { onclick: () => onPlace(frame, slice) },
    shape("title", {}, `Phase ${frame + 1}, slice ${slice + 1}: ${tip}`),
    shape("rect", { class: mark, x, y, width: CELL - 1, height: CELL - 1 }), cross);
}

function map(name, trust, onPlace) {
  const [frames, slices] = [trust.slices.length, trust.slices[0].length];
  const marks = trust.slices.map((row, frame) => row.map(
    (dice, slice) => markOf(dice, trust.missing[frame][slice], trust.limits)));
  const count = (mark) => marks.flat().filter((one) => one === mark).length;
  const cells = trust.slices.flatMap((row, frame) => row.map((dice, slice) => {
    const mark = marks[frame][slice];
    return cell(frame, slice, tipOf(dice, trust.missing[frame][slice], mark), mark, onPlace);
  }));
  const here = shape("rect", { class: "here", width: CELL - 1, height: CELL - 1 });
  const size = [LEFT + Math.max(20, frames) * CELL, TOP + slices * CELL + 2];
  const picture = shape("svg", { viewBox: `0 0 ${size[0]} ${size[1]}`, role: "img", class: "clickable",
    "aria-label": `${name}: ${count("believed")} contours believed, ${count("doubtful")} to look at, `
      + `${count("wrong")} likely wrong` },
    shape("text", { x: 0, y: TOP + 9 }, "slice"), shape("text", { x: LEFT, y: 11 }, "phase 1"),
    frames < FEWEST_FOR_BOTH_ENDS ? null
      : shape("text", { x: LEFT + frames * CELL, y: 11, "text-anchor": "end" }, String(frames)),
    ...cells, here);
  const move = (frame, slice) => {
    here.setAttribute("x", LEFT + frame * CELL);
    here.setAttribute("y", TOP + slice * CELL);
  };
  const range = trust.ef_range_percent
    ? ` · ejection fraction ${trust.ef_range_percent.map((one) => fixed(one, 0)).join(" to ")} %` : "";
  return { node: element("figure", { class: "map" },
    element("figcaption", {}, `${name}${range}`), picture), move };
}

// Draws the maps; returns a function that marks the frame and slice that are shown.
export function drawTrust(container, trust, onPlace) {
  const judged = STRUCTURES.filter(({ key }) => trust?.judged && trust[key]);
  if (judged.length === 0) {
    container.replaceChildren(element("p", { class: "hint" }, "Not judged: the model has no estimate."));
    return () => {};
  }
  const maps = judged.map(({ key, name }) => map(name, trust[key], onPlace));
  const legend = Object.entries(WORDS).map(([mark, word]) =>
    element("span", { class: `is-${mark}` }, element("i"), word));
  container.replaceChildren(element("p", { class: "legend" }, ...legend), ...maps.map((one) => one.node));
  return (frame, slice) => { for (const one of maps) one.move(frame, slice); };
}
