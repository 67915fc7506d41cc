// Jobs as rows, each a link to its page.
import { h } from "../lib/dom.js";
import { formatAge, formatTime } from "../lib/format.js";
import { recallName } from "../lib/names.js";
import { loadTaskTitle } from "../lib/tasks.js";
import { formatProgress, formatRun, renderBadge } from "./status.js";

/** @import { Job } from "../types.js" */

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
  const name = recallName(job);
  return h(
    "a",
    { class: "row", href: `#/jobs/${job.id}` },
    h("span", { class: "row-name" }, h("strong", {}, name ?? title), h("small", {}, name ? title : job.id)),
    renderBadge(job),
    h("span", { class: "row-figures" }, job.status === "PROCESSING" ? formatProgress(job) : formatRun(job)),
    h("time", { datetime: job.created_at, title: formatTime(job.created_at) }, formatAge(job.created_at)),
  );
}
