// One job: its progress, what it cost, and its result or its error.
import { createFailedAttempts } from "../components/attempts.js";
import { createNextTasks, createResult, createSettings } from "../components/job_details.js";
import { createJobHeader } from "../components/job_header.js";
import { createOutputs } from "../components/outputs.js";
import { renderProblem } from "../components/problem.js";
import { createStory } from "../components/story.js";
import { call, get } from "../lib/api.js";
import { announce, h } from "../lib/dom.js";
import { follow } from "../lib/follow.js";
import { BATCH, getAddress, nameJob } from "../lib/names.js";
import { loadTasks, loadTaskTitle } from "../lib/tasks.js";

/**
 * @import { Act } from "../components/job_header.js"
 * @import { Answer, ApiError } from "../lib/api.js"
 * @import { Job, Task } from "../types.js"
 */

/**
 * @param {AbortSignal} signal
 * @param {URLSearchParams} _query
 * @param {string} id
 */
export async function renderJob(signal, _query, id) {
  /** @type {Job} */
  let job = await get(`v1/jobs/${encodeURIComponent(id)}`, { signal });
  if (job.task === BATCH) location.replace(getAddress(job)); // it has a page of its own
  const title = await loadTaskTitle(job.task);
  const problem = h("div", {});
  const regions = createRegions(title, act, await loadTasks(), signal);

  /** @param {Job} newJob */
  function show(newJob) {
    job = newJob;
    for (const region of regions) void region.update(job);
    announce(describeForReader(job, title));
  }
  function followJob() {
    const onInterruption = (/** @type {ApiError | null} */ error) =>
      problem.replaceChildren(error ? renderInterruption(error) : "");
    follow(job, signal, show, onInterruption).catch((failure) =>
      problem.replaceChildren(renderProblem(failure)),
    );
  }
  /** @type {Act} */
  async function act(method, path) {
    problem.replaceChildren();
    try {
      /** @type {Answer<Job>} */
      const { status, body } = await call(method, path);
      if (status === 204) {
        location.hash = "#/jobs"; // the job is deleted
        return;
      }
      const wasFinished = job.phase === "finished";
      show(body);
      if (wasFinished) followJob();
    } catch (failure) {
      problem.replaceChildren(renderProblem(failure));
    }
  }
  show(job);
  followJob();
  const parts = regions.map((region) => region.element);
  return h("div", {}, h("h1", {}, nameJob(job) ?? title), problem, h("div", { class: "parts" }, parts));
}

/**
 * @param {string} title of the task
 * @param {Act} act
 * @param {Task[]} tasks
 * @param {AbortSignal} signal
 */
function createRegions(title, act, tasks, signal) {
  return [
    createJobHeader(title, act),
    createResult(),
    createFailedAttempts(),
    createOutputs(signal),
    createNextTasks(tasks),
    createStory(signal),
    createSettings(),
  ];
}

/** @param {ApiError} error */
function renderInterruption(error) {
  return h("p", { class: "note" }, `${error.title}. The job continues on the server. Trying to reconnect…`);
}

/**
 * Return a job's state for a screen reader: each tenth of the progress, not each page.
 * @param {Job} job
 * @param {string} title
 */
function describeForReader({ status, phase, progress: { done, total } }, title) {
  if (status !== "PROCESSING") return `${title}: ${status.toLowerCase()}`;
  return total ? `${title}: ${Math.floor((10 * done) / total) * 10} %` : `${title}: ${phase}`;
}
