// What the page asks of its server. Every change carries the key that only this page can read.

const IS_GONE = "The server does not answer; start it again.";
const NO_ANSWER = "The server did not answer; try it again when it runs.";
// Of what is refused before it reaches the part of the server that answers in sentences.
const SENTENCES = { 413: "The file is larger than this server takes." };
const SECONDS_UNTIL_NEXT = 3; // time to close another page

let key = "";

async function answer(response) {
  if (response.ok) return response;
  let sentence = SENTENCES[response.status] ?? `The server answered ${response.status}.`;
  if (response.headers.get("Content-Type")?.includes("json")) sentence = (await response.json()).error;
  throw new Error(sentence);
}

async function ask(method, address, body, headers = {}) {
  const keepalive = method === "DELETE"; // it arrives though the page is being left
  const request = { method, body, keepalive, headers: { "X-CMR-Key": key, ...headers } };
  try {
    return await answer(await fetch(address, request));
  } catch (error) {
    if (error instanceof TypeError) throw new Error(NO_ANSWER);
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

export async function uploadFile(id, name, file) {
  try {
    await (file.size > 0 ? file.slice(0, 1) : file).arrayBuffer(); // its size is 0 if it is gone
  } catch (error) {
    throw new Error(`${name} cannot be read: ${error.message}`);
  }
  return ask("PUT", `/api/jobs/${id}/files?name=${encodeURIComponent(name)}`, file,
    { "Content-Type": "application/octet-stream" });
}

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

// Why a stream was refused, which its events do not tell; null if it is not refused any more.
async function whyRefused() {
  try {
    const { body } = await ask("GET", "/api/events");
    await body.cancel();
    return null;
  } catch (error) {
    return error;
  }
}

// Calls onLost(error) when the list cannot be followed, and onLost(null) when it is followed again.
export function followJobs(onJobs, onLost) {
  const source = new EventSource("/api/events");
  let failures = 0; // in a row: the server ends every stream after a while, which is the first
  source.addEventListener("key", (event) => {
    key = event.data;
    failures = 0;
    onLost(null);
  });
  source.addEventListener("message", (event) => onJobs(JSON.parse(event.data)));
  source.addEventListener("error", async () => {
    failures += 1;
    if (source.readyState === EventSource.CLOSED) {
      onLost(await whyRefused());
      setTimeout(() => followJobs(onJobs, onLost), SECONDS_UNTIL_NEXT * 1000);
    } else if (failures > 1) onLost(new Error(IS_GONE));
  });
}
