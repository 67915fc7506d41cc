// The buttons for all jobs of a batch.
import { createBusyButton } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { createRegion } from "../lib/region.js";
import { createZipButton } from "./zip_button.js";

/**
 * @import { Batch } from "../batch_types.js"
 * @import { Act } from "./job_header.js"
 */

/** @typedef {(action: () => Promise<void>) => Promise<void>} Attempt shows the failure of an action */

/**
 * @param {Act} act
 * @param {Attempt} attempt
 * @param {AbortSignal} signal
 */
export function createBatchButtons(act, attempt, signal) {
  const buttons = createRegion(
    (/** @type {Batch} */ batch) => [batch.status, batch.jobs],
    (batch) =>
      batch.status === "PROCESSING"
        ? createCancel(batch, act)
        : [createZip(batch, attempt, signal), createRetry(batch, act), createDelete(batch, act)],
  );
  buttons.element.className = "actions";
  return buttons;
}

/**
 * @param {Batch} batch
 * @param {Act} act
 */
function createCancel({ jobs, links }, act) {
  const left = jobs.total === null ? "all jobs" : formatCount(jobs.total - countEnded(jobs), "job");
  return createBusyButton("Cancel all", {}, async () => {
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
