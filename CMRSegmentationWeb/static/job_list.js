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
    onclick: () => action(job) }, text);
}

function actionsOf(job, actions) {
  const isOver = !["receiving", "waiting", "running"].includes(job.state);
  const row = [];
  if (canBeShown(job)) row.push(button("Show", job, actions.show));
  if (isOver && job.state !== "done") row.push(button("Run again", job, actions.again));
  row.push(isOver ? button("Remove", job, actions.remove) : button("Cancel", job, actions.cancel));
  return element("div", { class: "buttons" }, ...row);
}

function item(job, shownId, actions) {
  const bar = job.state === "running"
    ? element("progress", { max: job.step.total, value: job.step.done,
      "aria-label": `Progress of ${job.name}` })
    : null;
  const isFailure = ["failed", "interrupted"].includes(job.state);
  const sentence = job.message
    ? element("span", { class: isFailure ? "sentence failed" : "sentence" }, job.message) : null;
  return element("li", { class: job.id === shownId ? "chosen" : "", "data-state": job.state },
    element("span", { class: "name" }, job.name),
    element("span", { class: "state" }, stateText(job)), bar, sentence, actionsOf(job, actions));
}

// Draws the list again; the focus stays on the button it was on.
export function drawJobs(list, jobs, shownId, actions) {
  const focused = list.contains(document.activeElement)
    ? document.activeElement.getAttribute("aria-label") : null;
  list.replaceChildren(...jobs.map((job) => item(job, shownId, actions)));
  if (focused) [...list.querySelectorAll("button")]
    .find((one) => one.getAttribute("aria-label") === focused)?.focus();
}
