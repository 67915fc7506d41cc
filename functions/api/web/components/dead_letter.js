import { createBusyButton, h } from "../lib/dom.js";
import { formatAge, formatCount, formatTime } from "../lib/format.js";
import { nameJob } from "../lib/names.js";
import { renderAttempts } from "./attempts.js";
import { renderDetail } from "./problem.js";

/** @import { Job } from "../types.js" */

/**
 * @param {Job} job
 * @param {string} title of its task
 * @param {(which: { job_ids: string[] }) => Promise<void>} redrive
 */
export function renderDeadLetter(job, title, redrive) {
  const id = `letter-${job.id}`;
  const { updated_at: failedAt, attempts, error } = job;
  return h(
    "div",
    { class: "letter" },
    h("input", { type: "checkbox", id, value: job.id }),
    h(
      "div",
      {},
      h("label", { for: id }, h("strong", {}, nameJob(job) ?? title)),
      " ",
      h(
        "small",
        {},
        h("time", { datetime: failedAt, title: formatTime(failedAt) }, formatAge(failedAt)),
        ` · ${formatCount(attempts.length, "attempt")}`,
      ),
      h("p", {}, h("strong", {}, error?.title)),
      error && renderDetail(error),
      h("details", {}, h("summary", {}, "All attempts"), renderAttempts(attempts)),
    ),
    h(
      "span",
      { class: "actions" },
      h("a", { class: "button", href: `#/jobs/${job.id}` }, "Open"),
      createBusyButton("Run again", {}, () => redrive({ job_ids: [job.id] })),
    ),
  );
}
