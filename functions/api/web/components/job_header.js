// The head of a job's page: its state, progress and times, and what can be done about it.
import { busyButton, drawn, h } from "../lib/dom.js";
import { dollars, duration } from "../lib/format.js";
import { problemCard } from "./problem.js";
import { badge, progressText, stateOf } from "./status.js";

// `act(method, path)` calls the API for a button.
export function statePart(title, act) {
  const bar = h("progress", { "aria-label": "Progress" });
  const figures = h("span", { class: "figures" });
  const state = drawn((job) => stateOf(job), badge);
  const buttons = drawn((job) => job.status, (job) => buttonsFor(job, act));
  const times = drawn((job) => [job.timing, job.attempt], timesOf);
  const error = drawn((job) => job.error, ({ error }) =>
    error && problemCard(error, error.retryable && h("p", { class: "hint" }, "Trying again may help.")));
  buttons.element.className = "actions";
  return {
    element: h("div", { class: "card state" },
      h("div", { class: "state-line" }, state.element, h("span", {}, title), figures, buttons.element),
      bar, times.element, error.element),
    update(job) {
      for (const part of [state, buttons, times, error]) part.update(job);
      figures.textContent = progressText(job);
      bar.hidden = job.phase === "finished";
      setBar(bar, job);
    },
  };
}

// A bar without a value says that the end is not known yet.
function setBar(bar, { phase, progress: { done, total } }) {
  if (!total || phase === "queued") {
    bar.removeAttribute("value");
    return;
  }
  bar.max = total;
  bar.value = done;
}

function buttonsFor(job, act) {
  if (job.status === "PROCESSING") return busyButton("Cancel", {}, () => act("DELETE", job.links.self));
  if (job.status === "DONE") return null;
  const kind = job.error?.retryable === false ? "" : "primary";
  return busyButton("Try again", { class: kind }, () => act("POST", `${job.links.self}/retry`));
}

function timesOf({ timing, attempt }) {
  const facts = [
    timing.queued_ms !== null && ["Waited", duration(timing.queued_ms)],
    timing.running_ms !== null && ["Ran", duration(timing.running_ms)],
    timing.cost_usd > 0 && ["Cost", dollars(timing.cost_usd)],
    timing.cold_start && ["Worker", "had to start"],
    attempt > 1 && ["Attempt", attempt],
  ].filter(Boolean);
  return facts.length > 0 && factList(facts);
}

// Pairs of a name and what it is.
export function factList(facts, kind = "") {
  return h("dl", { class: `facts ${kind}` }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
