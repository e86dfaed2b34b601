// Measures with their definitions, findings, and the files to take away.

import { element, fixed } from "./dom.js";

const SEVERITIES = { serious: "Serious", warning: "Warning", info: "Note" };
const FILES = {
  "labels.nii.gz": "Labels (NIfTI)", "report.json": "Report (JSON)", "measures.csv": "Measures (CSV)",
  "curves.csv": "Curves (CSV)", "quality.csv": "What to believe (CSV)",
  "segments.csv": "Segments (CSV)", "strain.csv": "Strain (CSV)", "report.pdf": "Report (PDF)",
  "overview.png": "Picture (PNG)", "overview_2.png": "Picture of regional function (PNG)",
};
const DICOM_FILES = {
  "segmentation.dcm": "Labels (DICOM SEG, with the patient's name)",
  "report.dcm": "Report (DICOM SR, with the patient's name)",
};

function decimalsOf({ value, unit }) {
  if (unit === "1/s" || unit === "m²") return 2; // lie about 1
  return Math.abs(value) >= 20 ? 0 : 1;
}

// A measure's value with its unit; nothing where there is none.
export const measureText = (one) => one ? `${fixed(one.value, decimalsOf(one))} ${one.unit}` : "";

export function drawMeasures(container, measures, withDefinitions) {
  const rows = measures.map((one) => element("tr", { "data-key": one.key },
    element("th", { scope: "row", title: one.definition }, one.name, withDefinitions
      ? element("div", { class: "definition" }, one.definition) : null),
    element("td", { class: "value" }, measureText(one))));
  container.replaceChildren(element("table", { "aria-labelledby": "measures-title" },
    element("tbody", {}, ...rows)));
}

function findingText(one) {
  return element("span", { class: one.severity },
    element("b", {}, `${SEVERITIES[one.severity] ?? one.severity}: `), one.message);
}

export function drawFindings(list, findings, onPlace) {
  const items = findings.map((one) => element("li", {}, one.frame === null && one.slice === null
    ? findingText(one)
    : element("button", { type: "button", onclick: () => onPlace(one.frame, one.slice) },
      findingText(one))));
  list.replaceChildren(...(items.length ? items : [element("li", { class: "hint" }, "None.")]));
}

// `addresses` has a function for files, one for DICOM files, and the address of the animation.
export function drawDownloads(list, cine, addresses) {
  const known = Object.keys(FILES).filter((name) => cine.files.includes(name));
  const others = cine.files.filter((name) => !known.includes(name));
  const link = (href, text) => element("li", {}, element("a", { href, download: "" }, text));
  list.replaceChildren(
    ...[...known, ...others].map((name) => link(addresses.file(name), FILES[name] ?? name)),
    ...cine.dicomFiles.map((name) => link(addresses.dicom(name), DICOM_FILES[name] ?? name)),
    link(addresses.animation, "Beating heart, this slice (GIF)"));
}
