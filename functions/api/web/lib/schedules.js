// Makes a schedule: a job that is submitted again and again.
import { call } from "./api.js";
import { checkReadable } from "./files.js";
import { uploadOnce } from "./upload.js";
import { waitOut } from "./wait_out.js";

/**
 * @import { Answer } from "./api.js"
 * @import { Draft, Order, Watch } from "./submit.js"
 * @import { UpcomingRuns, Schedule } from "../schedule_types.js"
 */

/** @typedef {{ name: string, cron: string, timezone: string }} Recurrence */

/**
 * Make a schedule whose jobs are of this order, and work on the input of the draft. Throws ApiError.
 * @param {Order} order
 * @param {Recurrence} recurrence
 * @param {Draft} draft
 * @param {Watch} watch
 */
export async function createSchedule({ task, params, options }, recurrence, draft, watch) {
  const schedule = { ...recurrence, ...options, task: task.name, params };
  const { input } = draft;
  if (!(input instanceof File)) return post(input ? { ...schedule, input } : schedule, watch);
  await checkReadable(input);
  return post({ ...schedule, input: await uploadOnce(task, input, draft, watch) }, watch);
}

/**
 * Return the next runs of a schedule that is not made yet. Throws ApiError.
 * @param {{ cron: string, timezone: string }} json
 */
export async function findNextRuns(json) {
  /** @type {Answer<UpcomingRuns>} */
  const answer = await call("POST", "v1/next-runs", { json });
  return answer.body.next_runs;
}

/**
 * @param {object} json
 * @param {Watch} watch
 */
async function post(json, watch) {
  const ask = () => call("POST", "v1/schedules", { json, signal: watch.signal });
  /** @type {Answer<Schedule>} */
  const answer = await waitOut(ask, watch);
  return answer.body;
}
