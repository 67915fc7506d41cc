// Jobs as rows, each a link to its page.
import { h } from "../lib/dom.js";
import { ago, moment } from "../lib/format.js";
import { nameOf } from "../lib/names.js";
import { badge, progressText, took } from "./status.js";
import { titleOf } from "../lib/tasks.js";

export async function jobRows(jobs) {
  const rows = await Promise.all(jobs.map(async (job) => jobRow(job, await titleOf(job.task))));
  return h("ul", { class: "rows" }, rows.map((row) => h("li", {}, row)));
}

function jobRow(job, title) {
  return h("a", { class: "row", href: `#/jobs/${job.id}` },
    h("span", { class: "row-name" }, h("strong", {}, nameOf(job) ?? title), h("small", {}, nameOf(job) ? title : job.id)),
    badge(job),
    h("span", { class: "row-figures" }, job.status === "PROCESSING" ? progressText(job) : took(job)),
    h("time", { datetime: job.created_at, title: moment(job.created_at) }, ago(job.created_at)));
}
