// Starts a job. A small file goes with the request; a large one goes straight to the file store, by an upload.
import { ApiError, call } from "./api.js";

/**
 * @import { Answer } from "./api.js"
 * @import { Job, OutputReference, Task, Upload } from "../types.js"
 */

/** Bytes. A Lambda takes 6 MB, and a file grows by a third on its way to it. */
const MAX_FORM_BYTES = 4_500_000;

let formsWork = true; // `sam local` fails every request that holds a file; after the first, none is tried

/**
 * Submit a job. Throws ApiError.
 * @param {Task} task
 * @param {Record<string, unknown>} params
 * @param {File | OutputReference | null} input
 * @param {(share: number) => void} onProgress called with the share of the upload that is sent, from 0 to 1
 */
export async function submit(task, params, input, onProgress) {
  if (!(input instanceof File)) return submitJson(task.name, params, input);
  if (input.size <= MAX_FORM_BYTES && formsWork) {
    try {
      return await submitForm(task.name, params, input);
    } catch (failure) {
      if (!(failure instanceof ApiError) || !wasStoppedBeforeApi(failure)) throw failure;
      formsWork = failure.status === 413;
    }
  }
  const uploaded = { upload_id: await upload(task, input, onProgress) };
  return submitJson(task.name, params, uploaded, input.name);
}

/**
 * Whether the request was too large for a server in front of the API, or that server failed: no job was made.
 * @param {ApiError} error
 */
function wasStoppedBeforeApi(error) {
  return error.status === 413 || (error.status === 500 && !error.isFromApi);
}

/**
 * @param {string} task
 * @param {Record<string, unknown>} params
 * @param {File} file
 */
async function submitForm(task, params, file) {
  const form = new FormData();
  form.append("task", task);
  form.append("params", JSON.stringify(params));
  form.append("file", file);
  return postJob({ form });
}

/**
 * @param {string} task
 * @param {Record<string, unknown>} params
 * @param {OutputReference | { upload_id: string } | null} input
 * @param {string} [fileName] of an upload
 */
async function submitJson(task, params, input, fileName) {
  const named = fileName ? { file_name: fileName } : {};
  return postJob({ json: { task, params, ...(input ? { input } : {}), ...named } });
}

/** @param {{ json: object } | { form: FormData }} body */
async function postJob(body) {
  /** @type {Answer<Job>} */
  const answer = await call("POST", "v1/jobs", {
    ...body,
    headers: { "Idempotency-Key": createIdempotencyKey() },
  });
  return answer.body;
}

/** Return a key for one submission: a request that is sent again finds the job that the first one made. */
function createIdempotencyKey() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Task} task
 * @param {File} file
 * @param {(share: number) => void} onProgress
 */
async function upload(task, file, onProgress) {
  const json = { task: task.name, ...(task.accepts.includes(file.type) ? { media_type: file.type } : {}) };
  /** @type {Answer<Upload>} */
  const { body } = await call("POST", "v1/uploads", { json });
  if (file.size > body.max_bytes) {
    const [size, max] = [file.size.toLocaleString(), body.max_bytes.toLocaleString()];
    const detail = `The file has ${size} bytes. This task accepts at most ${max} bytes.`;
    throw new ApiError({ title: "The file is too large", detail });
  }
  await sendFile(body, file, onProgress);
  return body.upload_id;
}

/**
 * Send a file to the store. By XMLHttpRequest, since fetch does not report its progress.
 * @param {Upload} upload
 * @param {File} file
 * @param {(share: number) => void} onProgress
 * @returns {Promise<void>}
 */
function sendFile({ url, fields }, file, onProgress) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(createUploadError(request.status)));
    request.onerror = () => reject(createUploadError(0));
    request.send(form);
  });
}

/** @param {number} status */
function createUploadError(status) {
  const detail = status
    ? `The file store answered with status ${status}.`
    : "This browser can't reach the file store.";
  return new ApiError({ title: "The upload failed", status, detail });
}
