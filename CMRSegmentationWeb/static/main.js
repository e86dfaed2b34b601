// The page: files in, jobs followed, the chosen result shown.

import { byId, element, numberIn } from "./dom.js";
import { canBeShown, drawJobs } from "./job_list.js";
import { watchFiles } from "./dropping.js";
import { Viewer } from "./viewer.js";
import * as server from "./server.js";

const AT_A_TIME = 4;
const NUMBERS = ["heart_rate", "height_cm", "weight_kg"];

let jobs = [];
let awaited = null; // the job whose contours are shown as soon as they are there
let failure = null; // of the last thing that was asked for
let loss = null; // why the list of jobs is not followed
const arriving = new Set(); // jobs whose files this page sends

function drawMessage() {
  const error = loss ?? failure;
  byId("message").textContent = error ? error.message ?? String(error) : "";
}

function tell(error) {
  failure = error;
  drawMessage();
}

const telling = (action) => async (...values) => {
  try {
    await action(...values);
  } catch (error) {
    tell(error);
  }
};

// The same for what people ask for: what failed before is not told any more.
const trying = (action) => (...values) => {
  tell(null);
  return telling(action)(...values);
};

const viewer = new Viewer(tell);

function choices() {
  const wrong = byId("drop").querySelector("input[type=number]:invalid");
  if (wrong) {
    byId("options").open = true;
    wrong.focus();
    throw new Error(`${wrong.labels[0].textContent}: ${wrong.validationMessage}`);
  }
  const numbers = NUMBERS.map((id) => [id, numberIn(id)]);
  const texts = ["model", "device", "view"].map((id) => [id, byId(id).value || null]);
  return Object.fromEntries([...texts, ...numbers]);
}

async function upload(job, files) {
  const left = [...files];
  const worker = async () => {
    for (let one = left.shift(); one; one = left.shift()) await server.uploadFile(job.id, one.name, one.file);
  };
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  } finally {
    left.length = 0; // where one fails, the others send nothing more
  }
}

async function send({ name, files }, asked) {
  if (files.length === 0) throw new Error("Expected files or a folder with files, found none.");
  await started; // before that the server refuses every change
  const job = await server.createJob(name);
  arriving.add(job.id);
  try {
    await upload(job, files);
    arriving.delete(job.id);
    await server.startJob(job.id, asked);
    awaited = job.id;
  } catch (error) {
    arriving.delete(job.id);
    await server.removeJob(job.id);
    throw error;
  }
}

// The numbers are those of these files: the next ones, which may come while a large folder is still
// being listed, may be of another patient.
const add = trying(async (arrival) => {
  const asked = choices();
  for (const id of NUMBERS) byId(id).value = "";
  try {
    await send(await arrival, asked);
  } catch (error) {
    if (NUMBERS.every((id) => byId(id).value === "")) for (const id of NUMBERS) byId(id).value = asked[id] ?? "";
    throw error;
  }
});

async function show(job) {
  awaited = null;
  await viewer.open(job);
  redraw();
}

const actions = {
  show: trying(async (job) => {
    await show(job);
    byId("result-name").scrollIntoView({ block: "nearest" });
  }),
  cancel: trying((job) => server.cancelJob(job.id)),
  again: trying(async (job) => { await server.runAgain(job.id, job.choices); awaited = job.id; }),
  remove: trying(async (job) => {
    await server.removeJob(job.id);
    if (viewer.job?.id === job.id) viewer.close();
  }),
};

function redraw() { drawJobs(byId("jobs"), jobs, viewer.job?.id); }

const complete = telling(async (job) => { await viewer.complete(job); redraw(); });

// What is shown goes with its job. The contours of a job that ran get the rest when it is done, and
// go when it ends otherwise.
function followShown() {
  if (!viewer.job) return;
  const state = jobs.find((one) => one.id === viewer.job.id)?.state;
  if (viewer.isFirstLook && state === "done") complete(jobs.find((one) => one.id === viewer.job.id));
  else if (state !== (viewer.isFirstLook ? "running" : "done")) viewer.close();
}

function take(news) {
  jobs = news;
  followShown();
  redraw();
  const shown = jobs.find((job) => canBeShown(job) && (job.id === awaited || (!awaited && !viewer.job)));
  if (shown) telling(show)(shown);
}

const start = trying(async () => {
  const session = await server.openSession();
  byId("notice").textContent = session.notice;
  byId("model").append(...session.models.map((one) =>
    element("option", { value: one.name }, `${one.name}: ${one.title}`)));
  server.followJobs(take, (error) => {
    loss = error;
    drawMessage();
  });
});

byId("jobs").addEventListener("click", ({ target }) => {
  const { id, action } = target.closest("button")?.dataset ?? {};
  const job = jobs.find((one) => one.id === id);
  if (job) actions[action](job);
});
window.addEventListener("pagehide", () => { for (const id of arriving) server.removeJob(id); });
byId("drop").addEventListener("submit", (event) => event.preventDefault());
watchFiles(byId("drop"), [byId("files"), byId("folder")], add);
const started = start();
