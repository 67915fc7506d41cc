// Jobs of a batch as rows, in the order of its items: all, or those of one status.
import { findJobsOfBatch } from "../lib/batches.js";
import { h } from "../lib/dom.js";
import { nameJob } from "../lib/names.js";
import { createRegion } from "../lib/region.js";
import { formatHash } from "./filter.js";
import { renderJobRows } from "./job_rows.js";
import { renderProblem } from "./problem.js";

/**
 * @import { Batch, BatchJobList } from "../batch_types.js"
 * @import { Region } from "../lib/region.js"
 * @import { Job } from "../types.js"
 * @import { RowText } from "./job_rows.js"
 */

/** The title of those that failed, above all jobs: shown if there are any. */
export const FAILED = "Failed";

/** @type {Record<string, "open" | "done" | "failed" | "canceled">} */
const COUNTS = { PROCESSING: "open", DONE: "done", FAILED: "failed", CANCELED: "canceled" };

/**
 * @param {string} title
 * @param {{ status: string, cursor: string | null }} wanted "" stands for any status
 * @param {AbortSignal} signal
 * @returns {Region<Batch>}
 */
export function createBatchJobs(title, wanted, signal) {
  const { status } = wanted;
  const list = createRegion(
    (/** @type {BatchJobList & { id: string }} */ found) => found,
    (found) => renderFound(found, wanted, title === FAILED),
  );
  const heading = h("h2", {}, title);
  const problem = h("div", {});
  const element = h(
    "section",
    { class: "batch-jobs", "aria-label": title, hidden: true },
    heading,
    problem,
    list.element,
  );
  let key = "";
  return {
    element,
    /** Look for the jobs again, unless no job can have changed: a look for a status takes several requests. */
    async update(batch) {
      const { id, jobs } = batch;
      const newKey = JSON.stringify(pickNews(batch, status));
      if (newKey === key) return;
      key = newKey;
      element.hidden = jobs.made === 0 || (title === FAILED && jobs.failed === 0);
      if (element.hidden) return;
      try {
        await list.update({ id, ...(await findJobsOfBatch(id, wanted, signal)) });
        problem.replaceChildren();
      } catch (failure) {
        key = ""; // the next update looks again
        if (!signal.aborted) problem.replaceChildren(renderProblem(failure));
      }
    },
  };
}

/**
 * Return what changes when the jobs have to be looked for again: all of them at each turn while they run.
 * @param {Batch} batch
 * @param {string} status
 */
function pickNews({ phase, jobs }, status) {
  const count = COUNTS[status];
  if (count) return [phase, jobs.made > 0, jobs[count]];
  return [phase, jobs, phase === "finished" && jobs.open === 0 ? 0 : Date.now()];
}

/**
 * @param {BatchJobList & { id: string }} found
 * @param {{ status: string, cursor: string | null }} wanted
 * @param {boolean} isAbove whether all jobs stand below
 */
async function renderFound({ id, items, next }, { status, cursor }, isAbove) {
  const isPart = status !== "" && !isAbove;
  const page = `batches/${id}`;
  const empty = next ? "None among the jobs that were looked at. Next looks further." : "No jobs.";
  return [
    items.length > 0 ? await renderJobRows(items, describeItem) : h("p", { class: "card empty" }, empty),
    (isPart || cursor || next) &&
      h(
        "nav",
        { class: "pages", "aria-label": "Pages" },
        isPart && h("a", { href: `#/${page}` }, "All jobs"),
        cursor && h("a", { href: formatHash(page, { status }) }, "First"),
        next && h("a", { href: formatHash(page, { status, cursor: next }) }, "Next"),
      ),
  ];
}

/**
 * Return an item's name or number, and why it failed.
 * @param {Job} job
 * @returns {RowText}
 */
function describeItem(job) {
  const name = nameJob(job);
  const number = `Item ${job.batch?.number}`;
  const { error } = job;
  if (error) return { name: name ?? number, detail: name ? `${number}: ${error.detail}` : error.detail };
  return { name: name ?? number, detail: name ? number : job.id };
}
