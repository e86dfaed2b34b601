// What the page asks of its server. Every change carries the key that only this page can read.

let key = "";

async function answer(response) {
  if (response.ok) return response;
  let sentence = `The server answered ${response.status}.`;
  if (response.headers.get("Content-Type")?.includes("json")) sentence = (await response.json()).error;
  throw new Error(sentence);
}

async function ask(method, address, body, headers = {}) {
  try {
    return await answer(await fetch(address, { method, body, headers: { "X-CMR-Key": key, ...headers } }));
  } catch (error) {
    if (error instanceof TypeError) throw new Error("The server does not answer; start it again.");
    throw error;
  }
}

const asJson = { "Content-Type": "application/json" };
const post = async (address, content) =>
  (await ask("POST", address, JSON.stringify(content), asJson)).json();
const get = async (address) => (await ask("GET", address)).json();
const cineAddress = (job, number) => `/api/jobs/${job}/cines/${number}`;

export async function openSession() {
  const session = await get("/api/session");
  key = session.key;
  return session;
}

export const createJob = (name) => post("/api/jobs", { name });
export const startJob = (id, choices) => post(`/api/jobs/${id}/start`, choices);
export const runAgain = (id, choices) => post(`/api/jobs/${id}/again`, choices);
export const cancelJob = (id) => post(`/api/jobs/${id}/cancel`, {});
export const removeJob = (id) => ask("DELETE", `/api/jobs/${id}`);
export const uploadFile = (id, name, file) =>
  ask("PUT", `/api/jobs/${id}/files?name=${encodeURIComponent(name)}`, file,
    { "Content-Type": "application/octet-stream" });

export const getCines = (id) => get(`/api/jobs/${id}/cines`);
export const getFirstLooks = (id) => get(`/api/jobs/${id}/first`);
export const getStudies = (id) => get(`/api/jobs/${id}/studies`);
export const studyFileAddress = (id, number, name) =>
  `/api/jobs/${id}/studies/${number}/files/${encodeURIComponent(name)}`;
export const dicomAddress = (id, number, name) =>
  `${cineAddress(id, number)}/dicom/${encodeURIComponent(name)}`;
export const measureAgain = (id, number, choices) => post(`${cineAddress(id, number)}/measure`, choices);
export const fileAddress = (id, number, name) =>
  `${cineAddress(id, number)}/files/${encodeURIComponent(name)}`;
export const animationAddress = (id, number, slice) =>
  `${cineAddress(id, number)}/animation.gif?slice=${slice}`;

// `list` is "cines", or "first" for those that have contours alone.
export async function getVoxels(id, list, number, kind) {
  const response = await ask("GET", `/api/jobs/${id}/${list}/${number}/${kind}`);
  return new Uint8Array(await response.arrayBuffer());
}

export function followJobs(onJobs, onLost) {
  const source = new EventSource("/api/events");
  source.addEventListener("key", (event) => { key = event.data; });
  source.addEventListener("message", (event) => onJobs(JSON.parse(event.data)));
  source.addEventListener("error", () => onLost(source.readyState === EventSource.CLOSED));
}
