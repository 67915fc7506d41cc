import { ApiError, call } from "./api.js";
import { pause } from "./pause.js";

/**
 * @import { Answer } from "./api.js"
 * @import { Job } from "../types.js"
 */

const WAIT_S = 20;
/** The API did not wait, because too many of the tenant's requests do. */
const NOT_WAITED = "wait=0";
const RETRY_PAUSES_MS = [1000, 2000, 5000];
const MAX_RETRY_PAUSE_MS = 10_000;

/**
 * Follow a job until it has finished, by long polls: the API answers when the job changes, after WAIT_S at most.
 * Throws ApiError, but for those that are temporary.
 * @param {Job} job
 * @param {AbortSignal} signal ends it early
 * @param {(job: Job) => void} onChange
 * @param {(error: ApiError | null) => void} onInterruption with the error, and with null when it is over
 */
export async function follow(job, signal, onChange, onInterruption) {
  let etag = null;
  let failures = 0;
  while (job.phase !== "finished" && !signal.aborted) {
    try {
      /** @type {Record<string, string>} */
      const headers = { Prefer: `wait=${WAIT_S}`, ...(etag ? { "If-None-Match": etag } : {}) };
      /** @type {Answer<Job>} */
      const answer = await call("GET", job.links.self, { headers, signal });
      etag = answer.headers.get("ETag");
      if (failures) onInterruption(null);
      failures = 0;
      if (answer.status !== 304) {
        job = answer.body;
        onChange(job);
      }
      if (job.phase !== "finished") await pauseIfNotWaited(answer.headers, signal);
    } catch (failure) {
      if (signal.aborted) return;
      if (!(failure instanceof ApiError) || !failure.isTemporary) throw failure;
      onInterruption(failure);
      await pause(getPauseMs(failures, failure), signal);
      failures++;
    }
  }
}

/**
 * Pause as long as the API says, if it answered at once although it was asked to wait.
 * @param {Headers} headers of the answer
 * @param {AbortSignal} signal ends the pause early
 */
async function pauseIfNotWaited(headers, signal) {
  if (headers.get("Preference-Applied") !== NOT_WAITED) return;
  await pause(1000 * (Number(headers.get("Retry-After")) || 1), signal);
}

/**
 * @param {number} failures before this one, without a success between
 * @param {ApiError} error
 */
function getPauseMs(failures, { retryAfter }) {
  const pauseMs = RETRY_PAUSES_MS[failures] ?? MAX_RETRY_PAUSE_MS;
  return Math.max(pauseMs, 1000 * (retryAfter ?? 0));
}
