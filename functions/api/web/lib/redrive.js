import { call } from "./api.js";

/**
 * @import { Answer } from "./api.js"
 * @import { RedriveResult } from "../types.js"
 */

/**
 * Start dead letters again: some jobs, or all of a queue. A long queue takes several requests. Throws ApiError.
 * @param {{ job_ids: string[] } | { queue: string }} which
 */
export async function redrive(which) {
  /** @type {Pick<RedriveResult, "jobs" | "refused">} */
  const result = { jobs: [], refused: [] };
  let cursor = null;
  do {
    /** @type {Answer<RedriveResult>} */
    const { body } = await call("POST", "v1/dead-letters/redrive", {
      json: cursor ? { ...which, cursor } : which,
    });
    result.jobs.push(...body.jobs);
    result.refused.push(...body.refused);
    cursor = body.next;
  } while (cursor);
  return result;
}
