// The page on which jobs are started.
import { createInputRows } from "../components/input_rows.js";
import { createInputStatus } from "../components/input_status.js";
import { createDropZone } from "../components/drop_zone.js";
import { readGivenInput, renderGivenInput } from "../components/given_input.js";
import { createLatestJobs } from "../components/latest_jobs.js";
import { renderProblem } from "../components/problem.js";
import { startInputs } from "../components/start_inputs.js";
import { createStartOptions } from "../components/start_options.js";
import { createTaskPicker } from "../components/task_picker.js";
import { Inputs } from "../lib/inputs.js";
import { h } from "../lib/dom.js";
import { loadTasks } from "../lib/tasks.js";

/**
 * @import { DropZone } from "../components/drop_zone.js"
 * @import { StartOptions } from "../components/start_options.js"
 * @import { OutputReference, Task, UrlReference } from "../types.js"
 */

const NO_FILE = { title: "No file chosen", detail: "Drop a file, choose one, or give a URL." };

/** The files. They stay while a person looks at other pages, and their jobs go on being started. */
let files = new Inputs();

/**
 * @param {AbortSignal} signal
 * @param {URLSearchParams} query may name a task, its params, and an output of a job as the input:
 *   task=ocr&param.dpi=200&job=ID&output=page-0001.png
 */
export async function renderNewJob(signal, query) {
  const [first, ...others] = await loadTasks();
  if (!first) throw new Error("The API offers no task.");
  if (files.isDone) files = new Inputs();
  const given = readGivenInput(query);
  const alone = new Inputs(); // of a job without a file
  const problem = h("div", {});
  const latest = createLatestJobs(signal);
  const zone = createDropZone((chosen) => {
    files.take(chosen);
    if (chosen[0]) picker.chooseFor(chosen[0].type);
  });
  const picker = createTaskPicker([first, ...others], withTask(query, files), adapt);
  const start = createStartOptions(query);
  const progress = createProgress([files, alone], zone, start, signal);
  const form = h(
    "form",
    { class: "card new", onsubmit: begin },
    h("div", { class: "source" }, given ? renderGivenInput(given) : [zone.element, progress.rows]),
    h("div", { class: "what" }, picker.elements, start.element, problem, progress.elements),
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
    const inputs = chooseInputs(picker.getTask(), given ?? zone.readUrl(), files, alone);
    problem.replaceChildren(inputs.items.length === 0 ? renderProblem(NO_FILE) : "");
    if (inputs.items.length === 0) return;
    void startInputs(inputs, picker.getTask(), picker.getForm(), start)
      .then(() => signal.aborted || leave(inputs))
      .catch((failure) => problem.replaceChildren(renderProblem(failure)))
      .finally(() => void latest.reload());
  }

  zone.listen(signal);
  picker.show();
  if (files.failure) problem.replaceChildren(renderProblem(files.failure));
  return h("div", {}, h("h1", {}, "New job"), form, latest.element);
}

/**
 * Return the query with the task that the files were started for last, unless it names one.
 * @param {URLSearchParams} query
 * @param {Inputs} inputs
 */
function withTask(query, { task }) {
  const known = new URLSearchParams(query);
  if (task && !known.has("task")) known.set("task", task.name);
  return known;
}

/**
 * Return what the task is to work on.
 * @param {Task} task
 * @param {OutputReference | UrlReference | null} given
 * @param {Inputs} ofFiles
 * @param {Inputs} alone
 */
function chooseInputs(task, given, ofFiles, alone) {
  const needsNone = task.input === "none" || (task.input === "optional" && ofFiles.items.length === 0);
  if (!given && !needsNone) return ofFiles;
  alone.take([task.input === "none" ? null : given]);
  return alone;
}

/**
 * Open the page of what was made, or the list if there are several jobs; stay if some are not started, because they were stopped.
 * @param {Inputs} inputs
 */
function leave({ items }) {
  if (items.some((item) => item.state !== "started")) return;
  location.hash = (items.length === 1 && items[0]?.address) || "#/jobs";
}

/**
 * Create what shows how far the jobs are started, and the button that starts them.
 * @param {[Inputs, Inputs]} all of files, and of what needs none
 * @param {DropZone} zone
 * @param {StartOptions} options
 * @param {AbortSignal} signal
 */
function createProgress([ofFiles, alone], zone, options, signal) {
  const rows = createInputRows(ofFiles);
  const status = createInputStatus(signal);
  const start = h("button", { class: "primary", id: "start" });
  /** @param {Inputs} inputs that has changed */
  function update(inputs) {
    zone.show(ofFiles.listFiles(), ofFiles.isRunning);
    rows.update();
    status.update(inputs);
    start.disabled = inputs.isRunning;
    label(inputs);
  }
  /** @param {Inputs} inputs */
  function label(inputs) {
    const text = options.readRecurrence() ? "Make the schedule" : "Start";
    start.textContent = ofFiles.isPartlyStarted && !inputs.isRunning ? "Start the rest" : text;
  }
  options.element.addEventListener("change", () => label(ofFiles));
  for (const inputs of [alone, ofFiles]) {
    inputs.addEventListener("change", () => update(inputs), { signal });
    update(inputs);
  }
  return {
    rows: rows.element,
    elements: [h("div", { class: "actions" }, start, status.elements), status.line],
  };
}

addEventListener("beforeunload", (event) => {
  if (files.isRunning) event.preventDefault(); // the browser asks whether to leave
});
