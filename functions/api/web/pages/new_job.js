// The page on which a job is started.
import { createDropZone } from "../components/drop_zone.js";
import { createLatestJobs } from "../components/latest_jobs.js";
import { renderProblem } from "../components/problem.js";
import { createTaskPicker } from "../components/task_picker.js";
import { ApiError } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { submit } from "../lib/submit.js";
import { loadTasks } from "../lib/tasks.js";

/**
 * @import { SchemaForm } from "../components/schema_form.js"
 * @import { OutputReference, Task } from "../types.js"
 */

const NO_FILE = { title: "No file chosen", detail: "Drop a file, or choose one." };

/** @typedef {(File | OutputReference | null)[]} Inputs of one job each */

/**
 * @param {AbortSignal} signal
 * @param {URLSearchParams} query may name a task, its params, and an output of a job as the input:
 *   task=ocr&param.dpi=200&job=ID&output=page-0001.png
 */
export async function renderNewJob(signal, query) {
  const [first, ...others] = await loadTasks();
  if (!first) throw new Error("The API offers no task.");
  const given = readGivenInput(query);
  const zone = createDropZone(([file]) => file && picker.chooseFor(file.type));
  const picker = createTaskPicker([first, ...others], query, adapt);
  const problem = h("div", {});
  const bar = h("progress", { max: 1, hidden: true, "aria-label": "Upload progress" });
  const start = h("button", { class: "primary", id: "start" }, "Start");
  const source = given ? renderGivenInput(given) : zone.element;
  const form = h(
    "form",
    { class: "card new", onsubmit: begin },
    h("div", { class: "source" }, source),
    h("div", { class: "what" }, picker.elements, problem, h("div", { class: "actions" }, start, bar)),
  );

  /** @param {Task} task */
  function adapt(task) {
    form.classList.toggle("alone", task.input === "none");
    zone.accept(task.accepts);
    problem.replaceChildren();
  }
  /** @param {SubmitEvent} event */
  function begin(event) {
    event.preventDefault();
    const inputs = listInputs(picker.getTask(), given, zone.getFiles());
    if (inputs.length === 0) {
      problem.replaceChildren(renderProblem(NO_FILE));
      return;
    }
    problem.replaceChildren();
    start.disabled = true;
    void startJobs(picker.getTask(), picker.getForm(), inputs, bar)
      .catch((failure) => problem.replaceChildren(renderProblem(failure)))
      .finally(() => {
        start.disabled = false;
        bar.hidden = true;
      });
  }

  zone.listen(signal);
  picker.show();
  return h("div", {}, h("h1", {}, "New job"), form, createLatestJobs(signal));
}

/**
 * @param {URLSearchParams} query
 * @returns {OutputReference | null}
 */
function readGivenInput(query) {
  const [job, output] = [query.get("job"), query.get("output")];
  return job && output ? { job_id: job, output } : null;
}

/** @param {OutputReference} given */
function renderGivenInput({ job_id: jobId, output }) {
  const job = h("a", { href: `#/jobs/${jobId}` }, "an earlier job");
  return h(
    "div",
    { class: "drop full" },
    h("strong", {}, output),
    h("span", { class: "hint" }, "an output of ", job),
    h("a", { href: "#/" }, "Use a file instead"),
  );
}

/**
 * @param {Task} task
 * @param {OutputReference | null} given
 * @param {File[]} files
 * @returns {Inputs}
 */
function listInputs(task, given, files) {
  if (task.input === "none") return [null];
  if (given) return [given];
  return files.length === 0 && task.input === "optional" ? [null] : files;
}

/**
 * Start a job for each input. Then open the job, or the list if there are several. Throws ApiError.
 * @param {Task} task
 * @param {SchemaForm} form
 * @param {Inputs} inputs
 * @param {HTMLProgressElement} bar
 */
async function startJobs(task, form, inputs, bar) {
  form.clearFaults();
  const params = form.read();
  const jobs = [];
  try {
    for (const input of inputs) jobs.push(await startJob(task, params, input, bar));
  } catch (failure) {
    if (failure instanceof ApiError) failure.errors = form.showFaults(failure.errors);
    throw failure;
  }
  location.hash = jobs.length === 1 ? `#/jobs/${jobs[0]?.id}` : "#/jobs";
}

/**
 * @param {Task} task
 * @param {Record<string, unknown>} params
 * @param {File | OutputReference | null} input
 * @param {HTMLProgressElement} bar
 */
async function startJob(task, params, input, bar) {
  return submit(task, params, input, (share) => {
    bar.hidden = false;
    bar.value = share;
  });
}
