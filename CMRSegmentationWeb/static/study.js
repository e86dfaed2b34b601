// The cines of a job next to each other, and what those of one examination give together.

import { byId, element } from "./dom.js";
import { drawFindings, measureText } from "./tables.js";
import { studyFileAddress } from "./server.js";

const VIEWS = { sax: "short axis", lax_2c: "two chambers", lax_3c: "three chambers", lax_4c: "four chambers" };
const TITLES = { "study.csv": "Table of the study (CSV)", "study.json": "Study (JSON)" };

function headings(entries, onCine) {
  return element("tr", {}, element("th", { scope: "col" }, "Measure"),
    ...entries.map(({ name, report }, number) => element("th", { scope: "col" },
      element("button", { type: "button", onclick: () => onCine(number) }, name),
      element("div", { class: "hint" }, VIEWS[report.input.view] ?? ""))));
}

function table(entries, onCine) {
  const names = new Map(entries.flatMap(({ report }) => report.measures.map((one) => [one.key, one])));
  const rows = [...names.values()].map(({ key, name, definition }) => element("tr", {},
    element("th", { scope: "row", title: definition }, name),
    ...entries.map(({ report }) => element("td", { class: "value" },
      measureText(report.measures.find((one) => one.key === key))))));
  return element("table", { "aria-labelledby": "study-title" },
    element("thead", {}, headings(entries, onCine)), element("tbody", {}, ...rows));
}

function together(job, study, number) {
  const rows = study.measures.map((one) => element("tr", { "data-key": one.key },
    element("th", { scope: "row", title: one.definition }, one.name),
    element("td", { class: "value" }, measureText(one))));
  const findings = element("ul", { class: "findings" });
  drawFindings(findings, study.findings, () => {});
  const links = study.files.map((name) => element("li", {}, element("a",
    { href: studyFileAddress(job.id, number, name), download: "" }, TITLES[name] ?? name)));
  return element("section", { "aria-label": `Study ${study.name}` },
    element("h4", {}, `Views of ${study.name} together`),
    rows.length ? element("table", {}, element("tbody", {}, ...rows))
      : element("p", { class: "hint" }, "These views give no further measures."),
    study.findings.length ? findings : null, element("ul", { class: "downloads" }, ...links));
}

// Draws the cines of a job, and the studies that several of them give together.
export function drawStudy(job, entries, studies, onCine) {
  byId("study-cines").replaceChildren(table(entries, onCine));
  byId("study-together").replaceChildren(...studies.map((study, number) => together(job, study, number)));
  byId("study").hidden = false;
}
