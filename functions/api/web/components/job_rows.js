// Jobs as rows, each a link to its page.
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { formatAge, formatTime } from "../lib/format.js";
import { nameJob } from "../lib/names.js";
import { loadTaskTitle } from "../lib/tasks.js";
import { formatProgress, formatRun, renderBadge } from "./status.js";

/**
 * @import { Region } from "../lib/region.js"
 * @import { Job, JobList } from "../types.js"
 */

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

/** @param {Job[]} jobs */
export async function renderJobRows(jobs) {
  const rows = await Promise.all(jobs.map(async (job) => renderRow(job, await loadTaskTitle(job.task))));
  return h(
    "ul",
    { class: "rows" },
    rows.map((row) => h("li", {}, row)),
  );
}

/**
 * @param {Job} job
 * @param {string} title
 */
function renderRow(job, title) {
  const name = nameJob(job);
  return h(
    "a",
    { class: "row", href: `#/jobs/${job.id}` },
    h("span", { class: "row-name" }, h("strong", {}, name ?? title), h("small", {}, name ? title : job.id)),
    renderBadge(job),
    h("span", { class: "row-figures" }, job.status === "PROCESSING" ? formatProgress(job) : formatRun(job)),
    h("time", { datetime: job.created_at, title: formatTime(job.created_at) }, formatAge(job.created_at)),
  );
}
