// An output of a job as the input of the next.
import { h } from "../lib/dom.js";

/** @import { OutputReference } from "../types.js" */

/**
 * Return the output of a job that the page's address names as the input, or null.
 * @param {URLSearchParams} query
 * @returns {OutputReference | null}
 */
export function readGivenInput(query) {
  const [job, output] = [query.get("job"), query.get("output")];
  return job && output ? { job_id: job, output } : null;
}

/** @param {OutputReference} given */
export function renderGivenInput({ job_id: jobId, output }) {
  const job = h("a", { href: `#/jobs/${jobId}` }, "an earlier job");
  return h(
    "div",
    { class: "drop full" },
    h("strong", {}, output),
    h("span", { class: "hint" }, "an output of ", job),
    h("a", { href: "#/" }, "Use a file instead"),
  );
}
