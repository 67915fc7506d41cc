// The top of a job's page: its state, progress and times, and its buttons.
import { createBusyButton, h } from "../lib/dom.js";
import { formatDollars, formatDuration } from "../lib/format.js";
import { createRegion } from "../lib/region.js";
import { renderFacts } from "./facts.js";
import { renderOrigin } from "./origin.js";
import { renderProblem } from "./problem.js";
import { renderStart } from "./start.js";
import { formatProgress, getState, isNotStarted, renderBadge } from "./status.js";

/**
 * @import { Region } from "../lib/region.js"
 * @import { Job } from "../types.js"
 * @import { Fact } from "./facts.js"
 */

/** A job that has ended, or that nobody works on for a long time yet, has no bar. */
const BARLESS = new Set(["finished", "scheduled", "waiting"]);

/** @typedef {(method: string, path: string) => Promise<void>} Act calls the API for a button */

/**
 * @param {string} title of the task
 * @param {Act} act
 * @returns {Region<Job>}
 */
export function createJobHeader(title, act) {
  const bar = h("progress", { "aria-label": "Progress" });
  const figures = h("span", { class: "figures" });
  const state = createRegion(getState, renderBadge);
  const buttons = createRegion(
    (/** @type {Job} */ job) => job.status,
    (job) => renderButtons(job, act),
  );
  const times = createRegion((/** @type {Job} */ job) => [job.timing, job.attempt], renderTimes);
  const error = createRegion((/** @type {Job} */ job) => job.error, renderError);
  const start = createRegion((/** @type {Job} */ job) => [job.phase, job.run_at, job.waits_for], renderStart);
  const origin = createRegion((/** @type {Job} */ job) => [job.batch, job.tags], renderOrigin);
  const text = createRegion((/** @type {Job} */ job) => [job.phase, job.progress.text], renderText);
  const regions = [state, buttons, start, text, times, origin, error];
  buttons.element.className = "actions";
  return {
    element: h(
      "div",
      { class: "card state" },
      h("div", { class: "state-line" }, state.element, h("span", {}, title), figures, buttons.element),
      bar,
      start.element,
      text.element,
      times.element,
      origin.element,
      error.element,
    ),
    async update(job) {
      figures.textContent = formatProgress(job);
      bar.hidden = BARLESS.has(job.phase);
      updateBar(bar, job);
      await Promise.all(regions.map((region) => region.update(job)));
    },
  };
}

/**
 * Set the bar's value. Without a value it shows that the total is not known yet.
 * @param {HTMLProgressElement} bar
 * @param {Job} job
 */
function updateBar(bar, { phase, progress: { done, total } }) {
  if (!total || isNotStarted(phase)) {
    bar.removeAttribute("value");
    return;
  }
  bar.max = total;
  bar.value = done;
}

/**
 * @param {Job} job
 * @param {Act} act
 */
function renderButtons(job, act) {
  if (job.status === "PROCESSING") return createBusyButton("Cancel", {}, () => act("DELETE", job.links.self));
  const remove = createBusyButton("Delete", {}, async () => {
    if (confirm("Delete this job and its files now? They can't be brought back.")) {
      await act("POST", `${job.links.self}/delete`);
    }
  });
  if (job.status === "DONE") return remove;
  const kind = job.error?.retryable === false ? "" : "primary";
  return [
    createBusyButton("Try again", { class: kind }, () => act("POST", `${job.links.self}/retry`)),
    remove,
  ];
}

/**
 * Return what the task shows beside its progress. A queued job begins anew.
 * @param {Job} job
 */
function renderText({ phase, progress }) {
  return phase !== "queued" && progress.text && h("p", { class: "hint" }, progress.text);
}

/** @param {Job} job */
function renderTimes({ timing, attempt }) {
  /** @type {Fact[]} */
  const facts = [];
  if (timing.queued_ms !== null) facts.push(["Waited", formatDuration(timing.queued_ms)]);
  if (timing.running_ms !== null) facts.push(["Ran", formatDuration(timing.running_ms)]);
  if (timing.cost_usd) facts.push(["Cost", formatDollars(timing.cost_usd)]);
  if (timing.cold_start) facts.push(["Cold start", "yes"]);
  if (attempt > 1) facts.push(["Attempt", attempt]);
  return facts.length > 0 && renderFacts(facts);
}

/** @param {Job} job */
export function renderError({ error }) {
  return (
    error && renderProblem(error, error.retryable && h("p", { class: "hint" }, "Trying again may help."))
  );
}
