// The list of jobs: what each is at, and what can be done with it.

import { element } from "./dom.js";

const STATES = {
  receiving: "Receiving files", waiting: "Waiting", running: "Running", done: "Done",
  failed: "Failed", cancelled: "Cancelled", interrupted: "Interrupted",
};
const STAGES = {
  read: "reading", model: "loading the model", localize: "finding the heart",
  preprocess: "preparing images", infer: "segmenting", postprocess: "tidying contours",
  measure: "measuring", judge: "judging contours", write: "writing",
};

// Whether there are contours to look at, with or without the rest.
export const canBeShown = (job) =>
  job.state === "done" || (job.state === "running" && job.has_first_look);

function stateText(job) {
  const stage = job.state === "running" && STAGES[job.step.stage];
  return stage ? `${STATES.running}: ${stage}` : STATES[job.state];
}

function button(text, job, action) {
  return element("button", { type: "button", "aria-label": `${text} ${job.name}`,
    "data-id": job.id, "data-action": action }, text);
}

function buttonsOf(job) {
  const isOver = !["receiving", "waiting", "running"].includes(job.state);
  const row = [];
  if (canBeShown(job)) row.push(button("Show", job, "show"));
  if (isOver && job.state !== "done" && !job.lacks_files) row.push(button("Run again", job, "again"));
  row.push(isOver ? button("Remove", job, "remove") : button("Cancel", job, "cancel"));
  return element("div", { class: "buttons" }, ...row);
}

// What a row is made for; the rest of it changes while it stays.
const kindOf = (job) => JSON.stringify([job.state, canBeShown(job), job.message]);

function makeRow(job) {
  const bar = job.state === "running"
    ? element("progress", { "aria-label": `Progress of ${job.name}` }) : null;
  const isFailure = ["failed", "interrupted"].includes(job.state);
  const sentence = job.message
    ? element("span", { class: isFailure ? "sentence failed" : "sentence" }, job.message) : null;
  return element("li", { "data-id": job.id, "data-kind": kindOf(job), "data-state": job.state },
    element("span", { class: "name" }, job.name),
    element("span", { class: "state" }), bar, sentence, buttonsOf(job));
}

function updateRow(row, job, shownId) {
  row.className = job.id === shownId ? "chosen" : "";
  row.querySelector(".state").textContent = stateText(job);
  const bar = row.querySelector("progress");
  if (bar) [bar.max, bar.value] = [job.step.total, job.step.done];
}

// Draws the list again. The row of a job stays while nothing but its progress changes, or a click
// that has begun on it would be lost; the focus stays on the button it was on.
export function drawJobs(list, jobs, shownId) {
  const { id, action } = list.contains(document.activeElement) ? document.activeElement.dataset : {};
  const old = new Map([...list.children].map((row) => [row.dataset.id, row]));
  const rows = jobs.map((job) => {
    const row = old.get(job.id);
    return row?.dataset.kind === kindOf(job) ? row : makeRow(job);
  });
  for (const row of old.values()) if (!rows.includes(row)) row.remove();
  rows.forEach((row, place) => {
    updateRow(row, jobs[place], shownId);
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
  if (id) list.querySelector(`button[data-id="${id}"][data-action="${action}"]`)?.focus();
}
