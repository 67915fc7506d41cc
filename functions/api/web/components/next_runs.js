// The next runs of a schedule: of one that there is, or of one that a person is about to make.
import { ApiError } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { formatSpan, formatTimeIn } from "../lib/format.js";
import { findNextRuns } from "../lib/schedules.js";

const PAUSE_MS = 400; // a person types on

/**
 * @param {string[]} times
 * @param {string | undefined} zone whose clocks show them; undefined stands for the browser's
 */
export function renderRuns(times, zone) {
  return h(
    "ol",
    { class: "next-runs" },
    times.map((at, place) =>
      h(
        "li",
        {},
        h("time", { datetime: at }, formatTimeIn(at, zone)),
        place === 0 && ` (in ${formatSpan(at)})`,
      ),
    ),
  );
}

/**
 * Create what shows when a cron expression runs next, or what is wrong with it, while a person types it.
 * @param {() => { cron: string, timezone: string }} read
 */
export function createNextRuns(read) {
  const element = h("div", { class: "field", role: "status" });
  let timer = 0;
  let shown = "";

  async function show() {
    const wanted = read();
    const text = JSON.stringify(wanted);
    if (text === shown) return;
    shown = text;
    const drawn = wanted.cron ? await draw(wanted) : "";
    if (text === shown) element.replaceChildren(drawn); // else a newer one is on its way
  }
  return {
    element,
    update: () => {
      clearTimeout(timer);
      timer = setTimeout(() => void show(), PAUSE_MS);
    },
  };
}

/** @param {{ cron: string, timezone: string }} wanted */
async function draw(wanted) {
  try {
    const times = await findNextRuns(wanted);
    return h("div", {}, h("strong", {}, "Runs next"), renderRuns(times, wanted.timezone));
  } catch (failure) {
    const isRefused = failure instanceof ApiError && failure.status === 422;
    return isRefused ? h("p", { class: "fault" }, failure.errors[0]?.detail ?? failure.detail) : "";
  }
}
