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

function tell(error) {
  byId("message").textContent = error ? error.message ?? String(error) : "";
}

const trying = (action) => async (...values) => {
  tell(null);
  try {
    await action(...values);
  } catch (error) {
    tell(error);
  }
};

const viewer = new Viewer(tell);

function choices() {
  const numbers = NUMBERS.map((id) => [id, numberIn(id)]);
  const texts = ["model", "device", "view"].map((id) => [id, byId(id).value || null]);
  return Object.fromEntries([...texts, ...numbers]);
}

async function upload(job, files) {
  const left = [...files];
  const worker = async () => {
    for (let one = left.shift(); one; one = left.shift()) await server.uploadFile(job.id, one.name, one.file);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

const add = trying(async ({ name, files }) => {
  if (files.length === 0) return;
  await started; // before that the server refuses every change
  const asked = choices();
  const job = await server.createJob(name);
  try {
    await upload(job, files);
    await server.startJob(job.id, asked);
    awaited = job.id;
  } catch (error) {
    await server.removeJob(job.id);
    throw error;
  }
});

const actions = {
  show: trying(async (job) => { awaited = null; await viewer.open(job); redraw(); }),
  complete: trying(async (job) => { await viewer.complete(job); redraw(); }),
  cancel: trying((job) => server.cancelJob(job.id)),
  again: trying(async (job) => { await server.runAgain(job.id, job.choices); awaited = job.id; }),
  remove: trying(async (job) => {
    await server.removeJob(job.id);
    if (viewer.job?.id === job.id) viewer.close();
  }),
};

function redraw() { drawJobs(byId("jobs"), jobs, viewer.job?.id); }

// The contours of a job that ran get the rest when it is done, and go when it ends otherwise.
function followFirstLook() {
  if (!viewer.isFirstLook) return;
  const job = jobs.find((one) => one.id === viewer.job.id);
  if (job?.state === "running") return;
  if (job?.state === "done") actions.complete(job);
  else viewer.close();
}

function take(news) {
  jobs = news;
  followFirstLook();
  redraw();
  const shown = jobs.find((job) => canBeShown(job) && (job.id === awaited || (!awaited && !viewer.job)));
  if (shown) actions.show(shown);
}

const start = trying(async () => {
  const session = await server.openSession();
  byId("notice").textContent = session.notice;
  byId("model").append(...session.models.map((one) =>
    element("option", { value: one.name }, `${one.name}: ${one.title}`)));
  server.followJobs(take, (isClosed) => {
    if (isClosed) tell(new Error("The server does not answer; start it again, then reload this page."));
  });
});

byId("jobs").addEventListener("click", ({ target }) => {
  const { id, action } = target.closest("button")?.dataset ?? {};
  const job = jobs.find((one) => one.id === id);
  if (job) actions[action](job);
});
byId("drop").addEventListener("submit", (event) => event.preventDefault());
watchFiles(byId("drop"), [byId("files"), byId("folder")], add);
const started = start();
