// The attempts of a job that failed.
import { h } from "../lib/dom.js";
import { formatDuration, formatTime } from "../lib/format.js";
import { createRegion } from "../lib/region.js";
import { renderDetail } from "./problem.js";

/** @import { FailedAttempt, Job } from "../types.js" */

export function createFailedAttempts() {
  return createRegion((/** @type {Job} */ job) => [job.attempts.length, job.status], renderFailedAttempts);
}

/** @param {Job} job */
function renderFailedAttempts({ attempts, status }) {
  const isKnown = status === "FAILED" && attempts.length === 1; // the job's error is the same
  if (attempts.length === 0 || isKnown) return null;
  return h(
    "details",
    { class: "card", open: status === "FAILED" },
    h("summary", {}, `Failed attempts (${attempts.length})`),
    renderAttempts(attempts),
  );
}

/** @param {FailedAttempt[]} attempts */
export function renderAttempts(attempts) {
  return h("ol", { class: "attempts" }, attempts.map(renderAttempt));
}

/** @param {FailedAttempt} failed */
function renderAttempt({ attempt, error, started_at: began, ended_at: ended }) {
  const took = began && ` · after ${formatDuration(Date.parse(ended) - Date.parse(began))}`;
  return h(
    "li",
    { value: attempt },
    h("strong", {}, error.title),
    " ",
    h("small", {}, formatTime(ended), took),
    renderDetail(error),
  );
}
