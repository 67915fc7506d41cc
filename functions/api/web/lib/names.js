// What people call a job, and the address of its page.

/** @import { Job } from "../types.js" */

/** The task whose jobs are batches. */
export const BATCH = "batch";

/**
 * Return the name of a job, or else that of its file; null if it has none.
 * @param {Job} job
 */
export function nameJob({ name, input }) {
  return name ?? input?.name ?? null;
}

/** @param {Job} job */
export function getAddress({ task, id }) {
  return task === BATCH ? `#/batches/${id}` : `#/jobs/${id}`;
}
