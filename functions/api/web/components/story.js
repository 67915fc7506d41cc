// What happened to a job, as a short timeline, and the lines that its task has logged.
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { formatClock, formatDuration, formatTime } from "../lib/format.js";
import { createRegion } from "../lib/region.js";
import { renderProblem } from "./problem.js";

/**
 * @import { Child } from "../lib/dom.js"
 * @import { Event, EventList, Job } from "../types.js"
 */

/** A running job changes often. Its story is read again after this time at the earliest. */
const READ_EVERY_MS = 5000;

/** @param {AbortSignal} signal */
export function createStory(signal) {
  return createRegion(pickNews, (/** @type {Job} */ job) => renderStory(job, signal));
}

/**
 * Return what changes when the story has to be read again.
 * @param {Job} job
 */
function pickNews({ phase, status, attempt, attempts, updated_at, callback }) {
  const turn = Math.floor(Date.parse(updated_at) / READ_EVERY_MS);
  return [phase, status, attempt, attempts.length, callback, turn];
}

/**
 * @param {Job} job
 * @param {AbortSignal} signal
 * @returns {Promise<Child>}
 */
async function renderStory(job, signal) {
  try {
    /** @type {EventList} */
    const { items } = await get(job.links.events, { signal });
    return renderEvents(items);
  } catch (failure) {
    return signal.aborted ? null : renderProblem(failure);
  }
}

/** @param {Event[]} events */
function renderEvents(events) {
  const first = events[0];
  if (!first) return null;
  const steps = events.filter((event) => event.kind !== "log");
  const lines = events.filter((event) => event.kind === "log");
  return h(
    "section",
    { class: "card", "aria-label": "What happened" },
    h("h2", {}, "What happened"),
    h(
      "ol",
      { class: "story", tabindex: 0 },
      steps.map((event) => renderEvent(event, first)),
    ),
    lines.length > 0 && h("h3", {}, "Log of the task"),
    lines.length > 0 &&
      h(
        "ol",
        { class: "story log", tabindex: 0 },
        lines.map((event) => renderEvent(event, first)),
      ),
  );
}

/**
 * Return one event: its time after the first one, and its text.
 * @param {Event} event
 * @param {Event} first
 */
function renderEvent({ at, kind, text, data }, first) {
  const offset = Date.parse(at) - Date.parse(first.at);
  const time = kind === first.kind ? formatClock(at) : `+${formatDuration(offset)}`;
  return h(
    "li",
    { class: kind },
    h("time", { datetime: at, title: formatTime(at) }, time),
    h("span", {}, text, kind === "log" && renderOrigin(data)),
  );
}

/**
 * Return which part and which attempt a line is of, if that is not the only one.
 * @param {Record<string, unknown>} data
 */
function renderOrigin({ part, attempt }) {
  const origin = [];
  if (typeof part === "number") origin.push(`part ${part}`);
  if (typeof attempt === "number" && attempt > 1) origin.push(`attempt ${attempt}`);
  return origin.length > 0 && h("small", {}, ` ${origin.join(", ")}`);
}
