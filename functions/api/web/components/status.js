// A job's state as a badge, and its figures in words.
import { h } from "../lib/dom.js";
import { formatCount, formatDollars, formatDuration } from "../lib/format.js";
import { BATCH } from "../lib/names.js";

/** @import { Job, Phase } from "../types.js" */

/** @type {Record<string, string>} */
const WORDS = {
  scheduled: "Scheduled",
  waiting: "Waiting",
  queued: "Queued",
  running: "Running",
  DONE: "Done",
  FAILED: "Failed",
  CANCELED: "Canceled",
};
const NOT_STARTED = new Set(["scheduled", "waiting", "queued"]);

/**
 * Return what the badge shows: the phase while the job is open, then its status.
 * @param {Job} job
 */
export function getState(job) {
  return job.status === "PROCESSING" ? job.phase : job.status;
}

/** @param {Job} job */
export function renderBadge(job) {
  const state = getState(job);
  return h("span", { class: `badge ${state.toLowerCase()}` }, WORDS[state] ?? state);
}

/**
 * Return whether a job in this phase waits: for its time, for other jobs or for a worker.
 * @param {Phase} phase
 */
export function isNotStarted(phase) {
  return NOT_STARTED.has(phase);
}

/**
 * Return how much of a job is done. Nothing for one that waits: the next attempt starts from the beginning.
 * Of a batch, only its page knows how many jobs have ended.
 * @param {Job} job
 */
export function formatProgress({ task, phase, progress: { done, total } }) {
  if (isNotStarted(phase)) return "";
  if (task === BATCH) return total === null ? "" : formatCount(total, "job");
  return total === null ? "" : `${done.toLocaleString()} of ${total.toLocaleString()}`;
}

/**
 * Return how long a job ran and what it cost, as far as that is known. The cost of a batch is on its page.
 * @param {Job} job
 */
export function formatRun({ task, timing: { running_ms: milliseconds, cost_usd: cost } }) {
  const figures = [];
  if (milliseconds !== null) figures.push(formatDuration(milliseconds));
  if (cost && task !== BATCH) figures.push(formatDollars(cost));
  return figures.join(" · ");
}
