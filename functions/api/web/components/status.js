// A job's state, as a badge, and what it took, in words.
import { h } from "../lib/dom.js";
import { dollars, duration } from "../lib/format.js";

const WORDS = { queued: "Queued", running: "Running", DONE: "Done", FAILED: "Failed", CANCELED: "Canceled" };

export function stateOf(job) {
  return job.status === "PROCESSING" ? job.phase : job.status;
}

export function badge(job) {
  const state = stateOf(job);
  return h("span", { class: `badge ${state.toLowerCase()}` }, WORDS[state] ?? state);
}

// Nothing for a job that waits: what an attempt before did is done again.
export function progressText(job) {
  const { done, total } = job.progress;
  if (job.phase === "queued") return "";
  return total === null || total === undefined ? "" : `${done.toLocaleString()} of ${total.toLocaleString()}`;
}

export function took({ timing }) {
  return [
    timing.running_ms !== null && duration(timing.running_ms),
    timing.cost_usd > 0 && dollars(timing.cost_usd),
  ].filter(Boolean).join(" · ");
}
