// Starts a job. Small files go with the request; large ones straight to the store, by an upload.
import { call, idempotencyKey, Problem } from "./api.js";

const FITS_A_REQUEST = 4_500_000; // bytes: a Lambda takes 6 MB, and a file grows by a third on the way in

let directWorks = true; // `sam local` fails every request with a file in it: learn that once

// `task` as the API lists it; `input` is a File, {job_id, output} or null; `progress` is told the share of the
// file that was sent.
export async function submit(task, params, input, progress = () => {}) {
  if (!(input instanceof File)) return submitJson(task.name, params, input);
  if (input.size <= FITS_A_REQUEST && directWorks) {
    try {
      return await submitForm(task.name, params, input);
    } catch (problem) {
      if (!(problem instanceof Problem) || !stoppedOnTheWay(problem)) throw problem;
      directWorks = problem.status === 413;
    }
  }
  return submitJson(task.name, params, { upload_id: await upload(task, input, progress) });
}

// Too large for whatever is in front, or the front itself failed: the job was not made.
function stoppedOnTheWay(problem) {
  return problem.status === 413 || (problem.status === 500 && !problem.fromTheApi);
}

async function submitForm(task, params, file) {
  const form = new FormData();
  form.append("task", task);
  form.append("params", JSON.stringify(params));
  form.append("file", file);
  return (await call("POST", "v1/jobs", { form, headers: { "Idempotency-Key": idempotencyKey() } })).body;
}

async function submitJson(task, params, input) {
  const json = input ? { task, params, input } : { task, params };
  return (await call("POST", "v1/jobs", { json, headers: { "Idempotency-Key": idempotencyKey() } })).body;
}

async function upload(task, file, progress) {
  const json = { task: task.name, ...(task.accepts.includes(file.type) ? { media_type: file.type } : {}) };
  const place = (await call("POST", "v1/uploads", { json })).body;
  if (file.size > place.max_bytes) {
    throw new Problem({
      title: "The file is too large",
      detail: `It has ${file.size.toLocaleString()} bytes; this task takes ${place.max_bytes.toLocaleString()}.`,
    });
  }
  await sendForm(place, file, progress);
  return place.upload_id;
}

// By XMLHttpRequest, since fetch does not say how far it is.
function sendForm(place, file, progress) {
  const form = new FormData();
  for (const [name, value] of Object.entries(place.fields)) form.append(name, value);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", place.url);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(refused(request.status)));
    request.onerror = () => reject(refused(0));
    request.send(form);
  });
}

function refused(status) {
  const detail = status ? `The store answered ${status}.` : "The store can't be reached from this browser.";
  return new Problem({ title: "The upload did not get through", status, detail });
}
