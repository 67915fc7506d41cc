// How many jobs a filter finds, and buttons that cancel, retry or delete all of them. They are counted when this
// is opened: a count reads up to 10,000 records.
import { get } from "../lib/api.js";
import { createBusyButton, h, toNodes } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { CANCEL, DELETE, RETRY, actOnAll, countTaken } from "../lib/many.js";
import { formatHash } from "./filter.js";
import { renderProblem } from "./problem.js";

/**
 * @import { Act } from "../lib/many.js"
 * @import { JobCounts, ManyResult } from "../types.js"
 */

const SHOWN_REFUSALS = 5;
/** @type {[act: Act, label: string, question: string, done: string][]} */
const ACTS = [
  [CANCEL, "Cancel all", "Cancel", "canceled"],
  [RETRY, "Try all again", "Run again", "started again"],
  [DELETE, "Delete all", "Delete", "deleted"],
];

/**
 * Create the counts and buttons, closed.
 * @param {Record<string, string>} filter which jobs the list shows
 * @param {AbortSignal} signal
 * @param {() => Promise<unknown>} reload shows the list again
 */
export function createManyJobs(filter, signal, reload) {
  const line = h("div", { class: "many" }, "Counting…");
  const message = h("div", { role: "status" });
  const { status, ...others } = filter;
  const isFiltered = Object.keys(filter).length > 0;
  const summary = h("summary", {}, isFiltered ? "Count these jobs, or act on all of them" : "Count the jobs");
  const element = h(
    "details",
    { class: "of-all", ontoggle: () => element.open && void load() },
    summary,
    line,
    message,
  );

  async function load() {
    try {
      /** @type {JobCounts} */
      const counted = await get(`v1/jobs/counts?${new URLSearchParams(others)}`, { signal });
      line.replaceChildren(...toNodes([renderCounts(counted, others), renderActs(counted)]));
    } catch (failure) {
      if (!signal.aborted) line.replaceChildren(renderProblem(failure));
    }
  }
  /** @param {JobCounts} counted */
  function renderActs(counted) {
    if (!isFiltered) return null;
    const buttons = ACTS.map(([act, label, question, done]) => {
      const number = countTaken(counted, act, status);
      const jobs = `${counted.at_least ? "at least " : ""}${formatCount(number, "job")}`;
      return number > 0 && createBusyButton(label, {}, () => run(act, `${question} ${jobs}`, done));
    });
    return h("div", { class: "actions" }, buttons);
  }
  /**
   * @param {Act} act
   * @param {string} question
   * @param {string} done
   */
  async function run(act, question, done) {
    const loss = act === DELETE ? " and their files now? They can't be brought back." : "?";
    if (!confirm(question + loss)) return;
    try {
      const result = await actOnAll(act, filter);
      message.replaceChildren(...renderResult(result, done));
    } catch (failure) {
      message.replaceChildren(renderProblem(failure));
    }
    await Promise.all([load(), reload()]);
  }
  return element;
}

/**
 * @param {JobCounts} counted
 * @param {Record<string, string>} filter without a status
 */
function renderCounts({ counts, at_least: isMore }, filter) {
  const links = Object.entries(counts).map(([status, number]) =>
    h(
      "a",
      { href: formatHash("jobs", { ...filter, status }) },
      `${number}${isMore ? "+" : ""} `,
      status.toLowerCase(),
    ),
  );
  return h("p", { class: "counts", "aria-label": "How many jobs" }, links);
}

/**
 * @param {Pick<ManyResult, "job_ids" | "refused">} result
 * @param {string} done
 */
function renderResult({ job_ids: ids, refused }, done) {
  const more = refused.length - SHOWN_REFUSALS;
  return [
    h("p", { class: "note" }, `${formatCount(ids.length, "job")} ${done}.`),
    ...refused
      .slice(0, SHOWN_REFUSALS)
      .map((each) => renderProblem({ ...each, title: `${each.title}: ${each.id}` })),
    ...(more > 0 ? [h("p", { class: "note" }, `${formatCount(more, "more job")} refused.`)] : []),
  ];
}
