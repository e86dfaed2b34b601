// Regional function: strain by phase, the bullseye, and what could not be measured.

import { byId, element } from "./dom.js";
import { drawBullseye } from "./bullseye.js";
import { drawCurves, strainsOf } from "./curves.js";

function drawLeftOut(leftOut) {
  byId("left-out").replaceChildren(...leftOut.map(({ what, why }) =>
    element("li", {}, `Not measured: ${what}, because ${why}.`)));
}

// Draws it; returns a function that marks the frame that is shown.
export function drawRegional(report, scales, onPlace) {
  const { segments, left_out: leftOut } = report.regional;
  const strains = strainsOf(report);
  byId("strain-panel").hidden = strains.curves.length === 0;
  byId("bullseye-panel").hidden = segments.length === 0;
  byId("left-out").hidden = leftOut.length === 0;
  drawLeftOut(leftOut);
  if (segments.length > 0) drawBullseye(byId("bullseye"), report.regional, scales, onPlace);
  if (strains.curves.length === 0) return () => {};
  return drawCurves(byId("strain"), strains, report, (frame) => onPlace(frame));
}
