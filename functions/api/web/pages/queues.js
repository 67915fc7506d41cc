// The queues: how much work waits in each, and the button that pauses one.
import { renderJobRows } from "../components/job_rows.js";
import { renderProblem } from "../components/problem.js";
import { call, get } from "../lib/api.js";
import { createBusyButton, h } from "../lib/dom.js";
import { formatCount, formatTime } from "../lib/format.js";
import { refresh } from "../lib/refresh.js";
import { createRegion } from "../lib/region.js";

/** @typedef {(path: string) => Promise<void>} Act calls the API for a button */

/** @import { Queue, QueueDetail, QueueList } from "../types.js" */

const REFRESH_MS = 10_000;
/** @typedef {"visible" | "in_flight" | "delayed" | "dead_letters" | "limit"} Figure */
/** @type {[Figure, string][]} */
const FIGURES = [
  ["visible", "waiting"],
  ["in_flight", "in progress"],
  ["delayed", "delayed"],
  ["dead_letters", "dead letters"],
  ["limit", "limit"],
];

/** @param {AbortSignal} signal */
export async function renderQueues(signal) {
  const list = createRegion(
    (/** @type {QueueDetail[]} */ queues) => queues,
    (queues) => Promise.all(queues.map((queue) => renderQueue(queue, act))),
  );
  const message = h("div", { role: "status" });
  /** @type {Act} */
  async function act(path) {
    try {
      await call("POST", path, {});
      message.replaceChildren();
      await show();
    } catch (failure) {
      message.replaceChildren(renderProblem(failure));
    }
  }
  list.element.className = "queues";
  const show = async () => {
    await list.update(await loadQueues(signal));
    return true;
  };
  await show();
  refresh(show, REFRESH_MS, signal).catch((failure) => list.element.prepend(renderProblem(failure)));
  return h("div", {}, h("h1", {}, "Queues"), message, list.element);
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<QueueDetail[]>}
 */
async function loadQueues(signal) {
  /** @type {QueueList} */
  const { items } = await get("v1/queues", { signal });
  return Promise.all(items.map((queue) => loadQueue(queue.name, signal)));
}

/**
 * @param {string} name
 * @param {AbortSignal} signal
 * @returns {Promise<QueueDetail>}
 */
function loadQueue(name, signal) {
  return get(`v1/queues/${encodeURIComponent(name)}`, { signal });
}

/**
 * @param {QueueDetail} queue
 * @param {Act} act
 */
async function renderQueue(queue, act) {
  const { name, jobs, open } = queue;
  return h(
    "section",
    { class: "card", "aria-label": name },
    h("h2", {}, name),
    renderPause(queue, act),
    h(
      "dl",
      { class: "figures-row" },
      FIGURES.map(([figure, caption]) => renderFigure(figure, caption, queue)),
    ),
    ...(jobs.length > 0
      ? [h("h3", {}, `You have ${formatCount(open, "open job")} here`), await renderJobRows(jobs)]
      : [h("p", { class: "hint" }, "You have no jobs here.")]),
  );
}

/**
 * @param {Queue} queue
 * @param {Act} act
 */
function renderPause({ name, paused, paused_since: since }, act) {
  const path = `v1/queues/${encodeURIComponent(name)}`;
  if (!paused) {
    return h(
      "p",
      { class: "actions" },
      createBusyButton("Pause", {}, () => act(`${path}/pause`)),
    );
  }
  return h(
    "p",
    { class: "actions" },
    createBusyButton("Resume", {}, () => act(`${path}/resume`)),
    h("span", { class: "hint" }, `Paused since ${since ? formatTime(since) : "now"}`),
  );
}

/**
 * @param {Figure} figure
 * @param {string} caption
 * @param {Queue} queue
 */
function renderFigure(figure, caption, queue) {
  const number = queue[figure]?.toLocaleString() ?? "none";
  const hasLetters = figure === "dead_letters" && queue.dead_letters > 0;
  const query = new URLSearchParams({ queue: queue.name });
  return h(
    "div",
    { class: hasLetters ? "alarm" : "" },
    h("dt", {}, caption),
    h("dd", {}, hasLetters ? h("a", { href: `#/dead-letters?${query}` }, number) : number),
  );
}
