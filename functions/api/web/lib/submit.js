// Starts a job. A small file goes with the request; a large one goes straight to the file store, by an upload.
import { ApiError, call } from "./api.js";
import { checkReadable } from "./files.js";
import { uploadOnce } from "./upload.js";
import { waitOut } from "./wait_out.js";

/**
 * @import { Answer } from "./api.js"
 * @import { Pauses } from "./wait_out.js"
 * @import { Job, OutputReference, Task, UrlReference } from "../types.js"
 */

/**
 * What is asked of a job, whatever its input is.
 * @typedef {object} Order
 * @property {Task} task
 * @property {Record<string, unknown>} params
 * @property {Record<string, string | number>} options the lane, and when the job starts
 */

/**
 * One submission, and what is kept of it until it has succeeded: sent again, it makes no second job.
 * @typedef {object} Draft
 * @property {File | OutputReference | UrlReference | null} input
 * @property {string} request what the key is for: the order
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
 * @param {Order} order
 * @param {Draft} draft
 * @param {Watch} watch
 */
export async function submit(order, draft, watch) {
  const request = JSON.stringify({ ...order, task: order.task.name });
  if (draft.request !== request) Object.assign(draft, { request, key: createIdempotencyKey() });
  const { input } = draft;
  if (!(input instanceof File)) return submitJson(order, input, draft, watch);
  await checkReadable(input);
  if (input.size <= MAX_FORM_BYTES && formsWork) {
    try {
      return await postJob({ form: createForm(order, input) }, draft, watch);
    } catch (failure) {
      if (!(failure instanceof ApiError) || !wasStoppedBeforeApi(failure)) throw failure;
      formsWork = failure.status === 413;
    }
  }
  const stored = await uploadOnce(order.task, input, draft, watch);
  return submitJson(order, stored, draft, watch, input.name);
}

/**
 * Whether the request was too large for a server in front of the API, or that server failed: no job was made.
 * @param {ApiError} error
 */
function wasStoppedBeforeApi(error) {
  return error.status === 413 || (error.status === 500 && !error.isFromApi);
}

/**
 * @param {Order} order
 * @param {File} file
 */
function createForm({ task, params, options }, file) {
  const form = new FormData();
  form.append("task", task.name);
  form.append("params", JSON.stringify(params));
  for (const [name, value] of Object.entries(options)) form.append(name, String(value));
  form.append("file", file);
  return form;
}

/**
 * @param {Order} order
 * @param {OutputReference | UrlReference | { upload_id: string } | null} input
 * @param {Draft} draft
 * @param {Watch} watch
 * @param {string} [fileName] of an upload
 */
async function submitJson({ task, params, options }, input, draft, watch, fileName) {
  const job = { task: task.name, params, ...options, ...(fileName ? { file_name: fileName } : {}) };
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
