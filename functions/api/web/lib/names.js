// What people call a job: its name, or else that of its file.

/** @import { Job } from "../types.js" */

/**
 * Return the name, or null if the job has none.
 * @param {Job} job
 */
export function nameJob({ name, input }) {
  return name ?? input?.name ?? null;
}
