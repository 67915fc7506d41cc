// Acts on all jobs that a filter finds, and their counts.
import { call } from "./api.js";

/**
 * @import { Answer } from "./api.js"
 * @import { JobCounts, ManyResult, Status } from "../types.js"
 */

/**
 * @typedef {object} Act
 * @property {"cancel" | "retry" | "delete"} verb
 * @property {Status[]} takes the statuses of the jobs to which it is done
 */

/** @type {Act} */
export const CANCEL = { verb: "cancel", takes: ["PROCESSING"] };
/** @type {Act} */
export const RETRY = { verb: "retry", takes: ["FAILED", "CANCELED"] };
/** @type {Act} */
export const DELETE = { verb: "delete", takes: ["DONE", "FAILED", "CANCELED"] };

/**
 * Act on all jobs of the filter. Many jobs take several requests. Throws ApiError.
 * @param {Act} act
 * @param {Record<string, string>} filter
 */
export async function actOnAll({ verb }, filter) {
  /** @type {Pick<ManyResult, "job_ids" | "refused">} */
  const result = { job_ids: [], refused: [] };
  let cursor = null;
  do {
    /** @type {Answer<ManyResult>} */
    const { body } = await call("POST", `v1/jobs/${verb}`, {
      json: cursor ? { filter, cursor } : { filter },
    });
    result.job_ids.push(...body.job_ids);
    result.refused.push(...body.refused);
    cursor = body.next;
  } while (cursor);
  return result;
}

/**
 * Return how many of the counted jobs the act takes.
 * @param {JobCounts} counted
 * @param {Act} act
 * @param {string | undefined} status only jobs of this status, if there is one
 */
export function countTaken({ counts }, { takes }, status) {
  return takes.reduce((sum, each) => sum + (status && status !== each ? 0 : counts[each]), 0);
}
