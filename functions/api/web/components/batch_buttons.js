// The buttons for all jobs of a batch.
import { createBusyButton } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { createRegion } from "../lib/region.js";
import { createZipButton } from "./zip_button.js";

/**
 * @import { Batch } from "../batch_types.js"
 * @import { Act } from "./job_header.js"
 * @import { Attempt } from "./problem.js"
 */

/**
 * @param {Act} act
 * @param {Attempt} attempt
 * @param {AbortSignal} signal
 */
export function createBatchButtons(act, attempt, signal) {
  /** @type {Batch["jobs"]} */
  let jobs;
  const buttons = createRegion(
    // While the numbers change, a button that is about to be pressed stays.
    (/** @type {Batch} */ batch) => [batch.status, batch.status !== "PROCESSING" && batch.jobs],
    (batch) =>
      batch.status === "PROCESSING"
        ? createCancel(batch, () => jobs, act)
        : [createZip(batch, attempt, signal), createRetry(batch, act), createDelete(batch, act)],
  );
  buttons.element.className = "actions";
  return {
    element: buttons.element,
    /** @param {Batch} batch */
    update(batch) {
      jobs = batch.jobs;
      return buttons.update(batch);
    },
  };
}

/**
 * @param {Batch} batch
 * @param {() => Batch["jobs"]} getJobs how they stand when the button is pressed
 * @param {Act} act
 */
function createCancel({ links }, getJobs, act) {
  return createBusyButton("Cancel all", {}, async () => {
    const jobs = getJobs();
    const left = jobs.total === null ? "all jobs" : formatCount(jobs.total - countEnded(jobs), "job");
    if (confirm(`Cancel ${left} of this batch?`)) await act("DELETE", links.self);
  });
}

/**
 * @param {Batch} batch
 * @param {Attempt} attempt
 * @param {AbortSignal} signal
 */
function createZip({ id, jobs }, attempt, signal) {
  return jobs.done > 0 && createZipButton(`v1/batches/${id}/outputs.zip`, signal, attempt);
}

/**
 * @param {Batch} batch
 * @param {Act} act
 */
function createRetry({ status, jobs, error, links }, act) {
  if (status === "DONE") return null;
  const jobsAgain = jobs.total === null ? "" : ` ${formatCount(jobs.total - jobs.done, "job")}`;
  const kind = error?.retryable === false ? "" : "primary";
  return createBusyButton(`Try${jobsAgain} again`, { class: kind }, () => act("POST", `${links.self}/retry`));
}

/**
 * @param {Batch} batch
 * @param {Act} act
 */
function createDelete({ links }, act) {
  return createBusyButton("Delete", {}, async () => {
    if (confirm("Delete this batch now? Its jobs stay. It can't be brought back.")) {
      await act("POST", `${links.self}/delete`);
    }
  });
}

/** @param {Batch["jobs"]} jobs */
function countEnded({ done, failed, canceled }) {
  return done + failed + canceled;
}
