// Starts a job. A small file goes with the request; a large one goes straight to the file store, by an upload.
import { ApiError, call } from "./api.js";
import { checkReadable, sendFile } from "./files.js";
import { MIN_PARTED_BYTES, uploadInParts } from "./upload_parts.js";
import { waitOut } from "./wait_out.js";

/**
 * @import { Answer } from "./api.js"
 * @import { Pauses } from "./wait_out.js"
 * @import { Job, OutputReference, Task, Upload, UrlReference } from "../types.js"
 */

/**
 * One submission, and what is kept of it until it has succeeded: sent again, it makes no second job.
 * @typedef {object} Draft
 * @property {File | OutputReference | UrlReference | null} input
 * @property {string} request what the key is for: the task and its params
 * @property {string} key the Idempotency-Key
 * @property {{ task: string, id: string } | null} upload the file, if it is in the store already
 */

/** @typedef {Pauses & { onProgress: (share: number) => void }} Watch what is called on progress; a share is from 0 to 1 */

/** Bytes. A Lambda takes 6 MB, and a file grows by a third on its way to it. */
const MAX_FORM_BYTES = 4_500_000;

let formsWork = true; // `sam local` fails every request that holds a file; after the first, none is tried

/**
 * @param {File | OutputReference | UrlReference | null} input
 * @returns {Draft}
 */
export function createDraft(input) {
  return { input, request: "", key: "", upload: null };
}

/**
 * Submit a job. Where the API has no room for it now, wait until it has. Throws ApiError.
 * @param {Task} task
 * @param {Record<string, unknown>} params
 * @param {Draft} draft
 * @param {Watch} watch
 */
export async function submit(task, params, draft, watch) {
  const request = JSON.stringify([task.name, params]);
  if (draft.request !== request) Object.assign(draft, { request, key: createIdempotencyKey() });
  const { input } = draft;
  if (!(input instanceof File)) return submitJson(task, params, input, draft, watch);
  await checkReadable(input);
  if (input.size <= MAX_FORM_BYTES && formsWork) {
    try {
      return await postJob({ form: createForm(task, params, input) }, draft, watch);
    } catch (failure) {
      if (!(failure instanceof ApiError) || !wasStoppedBeforeApi(failure)) throw failure;
      formsWork = failure.status === 413;
    }
  }
  if (draft.upload?.task !== task.name) draft.upload = await upload(task, input, watch);
  return submitJson(task, params, { upload_id: draft.upload.id }, draft, watch, input.name);
}

/**
 * Whether the request was too large for a server in front of the API, or that server failed: no job was made.
 * @param {ApiError} error
 */
function wasStoppedBeforeApi(error) {
  return error.status === 413 || (error.status === 500 && !error.isFromApi);
}

/**
 * @param {Task} task
 * @param {Record<string, unknown>} params
 * @param {File} file
 */
function createForm(task, params, file) {
  const form = new FormData();
  form.append("task", task.name);
  form.append("params", JSON.stringify(params));
  form.append("file", file);
  return form;
}

/**
 * @param {Task} task
 * @param {Record<string, unknown>} params
 * @param {OutputReference | UrlReference | { upload_id: string } | null} input
 * @param {Draft} draft
 * @param {Watch} watch
 * @param {string} [fileName] of an upload
 */
async function submitJson(task, params, input, draft, watch, fileName) {
  const job = { task: task.name, params, ...(fileName ? { file_name: fileName } : {}) };
  try {
    return await postJob({ json: input ? { ...job, input } : job }, draft, watch);
  } catch (failure) {
    if (failure instanceof ApiError && failure.status === 404) draft.upload = null; // it is no longer kept
    throw failure;
  }
}

/**
 * @param {{ json: object } | { form: FormData }} body
 * @param {Draft} draft
 * @param {Watch} watch
 */
async function postJob(body, { key }, watch) {
  const options = { ...body, headers: { "Idempotency-Key": key }, signal: watch.signal };
  /** @type {Answer<Job>} */
  const answer = await waitOut(() => call("POST", "v1/jobs", options), watch);
  return answer.body;
}

/** Return a key for one submission: a request that is sent again finds the job that the first one made. */
function createIdempotencyKey() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Send a file to the store. Return its upload, which jobs of this task may name.
 * @param {Task} task
 * @param {File} file
 * @param {Watch} watch
 */
async function upload(task, file, watch) {
  const isParted = file.size >= MIN_PARTED_BYTES;
  const json = {
    task: task.name,
    ...(task.accepts.includes(file.type) ? { media_type: file.type } : {}),
    ...(isParted ? { bytes: file.size } : {}),
  };
  /** @type {() => Promise<Answer<Upload>>} */
  const ask = () => call("POST", "v1/uploads", { json, signal: watch.signal });
  if (isParted) {
    const begin = async () => (await waitOut(ask, watch)).body;
    return { task: task.name, id: await uploadInParts(task, file, begin, watch) };
  }
  const { body } = await waitOut(ask, watch);
  if (file.size > body.max_bytes) {
    const [size, max] = [file.size.toLocaleString(), body.max_bytes.toLocaleString()];
    const detail = `The file has ${size} bytes. This task accepts at most ${max} bytes.`;
    throw new ApiError({ title: "The file is too large", detail });
  }
  await sendFile(body, file, watch.onProgress, watch.signal);
  return { task: task.name, id: body.upload_id };
}
