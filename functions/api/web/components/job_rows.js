// Jobs as rows, each a link to its page.
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { formatAge, formatTime } from "../lib/format.js";
import { getAddress, nameJob } from "../lib/names.js";
import { loadTaskTitle } from "../lib/tasks.js";
import { formatProgress, formatRun, renderBadge } from "./status.js";

/**
 * @import { Region } from "../lib/region.js"
 * @import { Job, JobList } from "../types.js"
 */

/** @typedef {{ name: string, detail: string }} RowText */

export const REFRESH_MS = 3000;

/**
 * Load a page of jobs and show it. Return whether one of the jobs is still open. Throws ApiError.
 * @param {string} path
 * @param {Region<JobList>} list
 * @param {AbortSignal} signal
 */
export async function showJobs(path, list, signal) {
  /** @type {JobList} */
  const page = await get(path, { signal });
  await list.update(page);
  return page.items.some((job) => job.status === "PROCESSING");
}

/**
 * @param {Job[]} jobs
 * @param {(job: Job, title: string) => RowText} describe
 */
export async function renderJobRows(jobs, describe = describeJob) {
  const rows = await Promise.all(
    jobs.map(async (job) => renderRow(job, describe(job, await loadTaskTitle(job.task)))),
  );
  return h(
    "ul",
    { class: "rows" },
    rows.map((row) => h("li", {}, row)),
  );
}

/**
 * @param {Job} job
 * @param {string} title of its task
 * @returns {RowText}
 */
function describeJob(job, title) {
  const name = nameJob(job);
  return { name: name ?? title, detail: name ? title : job.id };
}

/**
 * @param {Job} job
 * @param {RowText} text
 */
function renderRow(job, { name, detail }) {
  return h(
    "a",
    { class: "row", href: getAddress(job) },
    h("span", { class: "row-name" }, h("strong", {}, name), h("small", {}, detail)),
    renderBadge(job),
    h("span", { class: "row-figures" }, job.status === "PROCESSING" ? formatProgress(job) : formatRun(job)),
    h("time", { datetime: job.created_at, title: formatTime(job.created_at) }, formatAge(job.created_at)),
  );
}
