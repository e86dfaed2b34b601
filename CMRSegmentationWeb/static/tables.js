// Measures with their definitions, findings, and the files to take away.

import { element } from "./dom.js";

const SEVERITIES = { serious: "Serious", warning: "Warning", info: "Note" };
const FILES = {
  "labels.nii.gz": "Labels (NIfTI)", "report.json": "Report (JSON)", "measures.csv": "Measures (CSV)",
  "curves.csv": "Curves (CSV)", "quality.csv": "What to believe (CSV)", "segments.csv": "Segments (CSV)", "strain.csv": "Strain (CSV)", "report.pdf": "Report (PDF)",
  "overview.png": "Picture (PNG)",
};

const rounded = (value) => value.toFixed(Math.abs(value) >= 20 ? 0 : 1);

export function drawMeasures(container, measures, withDefinitions) {
  const rows = measures.map((one) => element("tr", { "data-key": one.key },
    element("th", { scope: "row", title: one.definition }, one.name, withDefinitions
      ? element("div", { class: "definition" }, one.definition) : null),
    element("td", { class: "value" }, `${rounded(one.value)} ${one.unit}`)));
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

export function drawDownloads(list, files, fileAddress, animationAddress) {
  const known = Object.keys(FILES).filter((name) => files.includes(name));
  const others = files.filter((name) => !known.includes(name));
  const links = [...known, ...others].map((name) =>
    element("a", { href: fileAddress(name), download: "" }, FILES[name] ?? name));
  const gif = element("a", { href: animationAddress, download: "" }, "Beating heart, this slice (GIF)");
  list.replaceChildren(...[...links, gif].map((link) => element("li", {}, link)));
}
