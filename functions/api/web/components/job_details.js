// The rest of a job: its result, the tasks that can go on with it, its settings and times.
import { h } from "../lib/dom.js";
import { formatBytes, formatCount, formatLabel, formatTime } from "../lib/format.js";
import { createRegion } from "../lib/region.js";
import { renderFacts } from "./facts.js";
import { formatHash } from "./filter.js";

/**
 * @import { Job, Task } from "../types.js"
 * @import { Fact } from "./facts.js"
 */

const MAX_OPEN_LINES = 30;

export function createResult() {
  return createRegion((/** @type {Job} */ job) => job.result, renderResult);
}

/** @param {Job} job */
function renderResult({ result, outputs }) {
  if (!result) return null;
  const entries = Object.entries(result).filter(([, value]) => !isEmpty(value));
  const json = JSON.stringify(result, null, 2);
  /** @type {Fact[]} */
  const facts = entries
    .filter(([, value]) => typeof value !== "object")
    .map(([name, value]) => [formatLabel(name), formatFigure(value)]);
  const isOpen = outputs.count === 0 && json.split("\n").length <= MAX_OPEN_LINES;
  return h(
    "section",
    { class: "card", "aria-label": "Result" },
    h("h2", {}, "Result"),
    facts.length > 0 && renderFacts(facts),
    facts.length < entries.length &&
      h(
        "details",
        { open: isOpen },
        h("summary", {}, "Full result as JSON"),
        h("pre", { tabindex: 0 }, json),
      ),
  );
}

/** @param {unknown} value */
function isEmpty(value) {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** @param {unknown} value */
function formatFigure(value) {
  return typeof value === "number"
    ? value.toLocaleString(undefined, { maximumSignificantDigits: 6 })
    : String(value);
}

/**
 * Links to the tasks that take this job in a param: a prediction takes the job that trained the model.
 * @param {Task[]} tasks
 */
export function createNextTasks(tasks) {
  return createRegion(
    (/** @type {Job} */ job) => job.status,
    (job) => (job.status === "DONE" ? tasks.flatMap((task) => renderLinks(task, job)) : null),
  );
}

/**
 * @param {Task} task
 * @param {Job} job
 */
function renderLinks(task, job) {
  const params = Object.entries(task.job_params).filter(([, wanted]) => wanted.task === job.task);
  return params.map(([name]) => {
    const query = new URLSearchParams({ task: task.name, [`param.${name}`]: job.id });
    return h("a", { class: "button", href: `#/?${query}` }, `${task.title} with this job`);
  });
}

export function createSettings() {
  return createRegion((/** @type {Job} */ job) => [job.phase, job.deadline, job.callback], renderSettings);
}

/** @param {Job} job */
function renderSettings(job) {
  /** @type {Fact[]} */
  const params = Object.entries(job.params)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [formatLabel(name), typeof value === "string" ? value : JSON.stringify(value)]);
  return h(
    "details",
    { class: "card" },
    h("summary", {}, "Settings and times"),
    params.length > 0 && renderFacts(params),
    renderFacts(listTimes(job)),
  );
}

/**
 * @param {Job} job
 * @returns {Fact[]}
 */
function listTimes(job) {
  const { callback } = job;
  return [
    ["ID", h("code", {}, job.id)],
    ...listLabels(job),
    ["Lane", job.lane],
    ["Created", formatTime(job.created_at)],
    job.phase === "finished"
      ? ["Kept until", formatTime(job.expires_at)]
      : ["Deadline", formatTime(job.deadline)],
    ...(callback ? [listCallback(callback)] : []),
    ...(job.delivery ? [listDelivery(job.delivery)] : []),
  ];
}

/**
 * @param {Job} job
 * @returns {Fact[]}
 */
function listLabels({ input, reference, tags }) {
  /** @type {Fact[]} */
  const facts = [];
  if (input) facts.push(["File", describeInput(input)]);
  if (reference) facts.push(["Reference", linkToJobs({ reference })]);
  if (tags.length > 0) facts.push(["Tags", h("span", { class: "tags" }, tags.map(renderTag))]);
  return facts;
}

/** @param {NonNullable<Job["input"]>} input */
function describeInput({ name, bytes, media_type: type, url }) {
  const size = bytes === null ? "not fetched yet" : formatBytes(bytes);
  return `${name ?? url ?? type}, ${size}`;
}

/** @param {string} tag */
function renderTag(tag) {
  return linkToJobs({ tag });
}

/**
 * Return a link to the jobs that have the label.
 * @param {Record<string, string>} label
 */
function linkToJobs(label) {
  return h("a", { href: formatHash("jobs", label) }, Object.values(label));
}

/**
 * @param {NonNullable<Job["callback"]>} callback
 * @returns {Fact}
 */
function listCallback({ state, attempts }) {
  return ["Callback", `${state}, ${formatCount(attempts, "attempt")}`];
}

/**
 * @param {NonNullable<Job["delivery"]>} delivery
 * @returns {Fact}
 */
function listDelivery({ state, sent, total, last_error: error }) {
  return ["Delivery", [`${state}, ${sent} of ${total ?? "…"}`, error ? `: ${error}` : ""].join("")];
}
