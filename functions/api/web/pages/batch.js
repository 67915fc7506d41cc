// One batch: how its jobs stand, those that failed first, and what can be done to all of them.
import { createBatchButtons } from "../components/batch_buttons.js";
import { createBatchHeader } from "../components/batch_header.js";
import { FAILED, createBatchJobs } from "../components/batch_jobs.js";
import { createSettings } from "../components/job_details.js";
import { createAttempt, renderProblem } from "../components/problem.js";
import { createSkippedItems } from "../components/skipped_items.js";
import { createStory } from "../components/story.js";
import { call, get } from "../lib/api.js";
import { announce, h } from "../lib/dom.js";
import { refresh } from "../lib/refresh.js";
import { loadTaskTitle } from "../lib/tasks.js";

/**
 * @import { Batch } from "../batch_types.js"
 * @import { Act } from "../components/job_header.js"
 * @import { Region } from "../lib/region.js"
 */

const REFRESH_MS = 2000;

/**
 * @param {AbortSignal} signal
 * @param {URLSearchParams} query which of its jobs: status=DONE&cursor=…
 * @param {string} id
 */
export async function renderBatch(signal, query, id) {
  const path = `v1/batches/${encodeURIComponent(id)}`;
  /** @type {Batch} */
  let batch = await get(path, { signal });
  const title = await loadTaskTitle(String(batch.params.task));
  const problem = h("div", {});
  const attempt = createAttempt(problem, signal);
  const buttons = createBatchButtons(act, attempt, signal);
  const regions = createRegions(title, query, buttons, signal);

  function show() {
    for (const region of regions) void region.update(batch);
    announce(describeForReader(batch, title));
  }
  async function load() {
    batch = await get(path, { signal });
    show();
    return !isOver(batch);
  }
  function followBatch() {
    refresh(load, REFRESH_MS, signal).catch((failure) => problem.replaceChildren(renderProblem(failure)));
  }
  /** @type {Act} */
  function act(method, where) {
    return attempt(async () => {
      const wasOver = isOver(batch);
      const { status } = await call(method, where);
      if (status === 204) location.hash = "#/jobs"; // the batch is deleted
      if (status !== 204 && (await load()) && wasOver) followBatch();
    });
  }
  show();
  if (!isOver(batch)) followBatch();
  const parts = regions.map((region) => region.element);
  const heading = h("h1", {}, batch.name ?? `Batch: ${title}`);
  return h("div", {}, heading, problem, h("div", { class: "parts" }, parts));
}

/**
 * Return a batch's state for a screen reader: each tenth of its jobs, not each job.
 * @param {Batch} batch
 * @param {string} title
 */
function describeForReader({ status, phase, progress: { done, total } }, title) {
  if (status !== "PROCESSING") return `${title}: ${status.toLowerCase()}`;
  return total ? `${title}: ${Math.floor((10 * done) / total) * 10} %` : `${title}: ${phase}`;
}

/**
 * Return whether nothing changes any more: a canceled batch has ended before its jobs have.
 * @param {Batch} batch
 */
function isOver({ phase, jobs }) {
  return phase === "finished" && jobs.open === 0;
}

/**
 * @param {string} title of the task
 * @param {URLSearchParams} query
 * @param {Region<Batch>} buttons
 * @param {AbortSignal} signal
 */
function createRegions(title, query, buttons, signal) {
  const [status, cursor] = [query.get("status") ?? "", query.get("cursor")];
  const isWhole = !status && !cursor;
  const heading = status ? `Jobs: ${status.toLowerCase()}` : "Jobs";
  return [
    createBatchHeader(title, status, buttons),
    createSkippedItems(),
    ...(isWhole ? [createBatchJobs(FAILED, { status: "FAILED", cursor }, signal)] : []),
    createBatchJobs(isWhole ? "All jobs" : heading, { status, cursor }, signal),
    createStory(signal),
    createSettings(),
  ];
}
