// The outputs of a job: pictures as a gallery, all others as a list.
import { createBusyButton, h } from "../lib/dom.js";
import { download } from "../lib/download.js";
import { formatBytes, formatCount } from "../lib/format.js";
import { OutputList } from "../lib/output_list.js";
import { createRegion } from "../lib/region.js";
import { loadTasks } from "../lib/tasks.js";
import { canShow } from "./output_view.js";
import { createAttempt, renderProblem } from "./problem.js";
import { openViewer } from "./viewer.js";
import { createZipButton } from "./zip_button.js";

/**
 * @import { Attempt } from "./problem.js"
 * @import { Job, Output, Task } from "../types.js"
 */

/** @param {AbortSignal} signal */
export function createOutputs(signal) {
  return createRegion(
    (/** @type {Job} */ job) => job.status === "DONE",
    (job) => job.status === "DONE" && renderOutputs(job, signal).catch((failure) => renderProblem(failure)),
  );
}

/**
 * @param {Job} job
 * @param {AbortSignal} signal
 */
async function renderOutputs(job, signal) {
  const tasks = await loadTasks();
  const list = new OutputList(job);
  const gallery = h("ul", { class: "gallery" });
  const files = h("ul", { class: "rows files" });
  const more = h("div", {});
  const problem = h("div", {});
  const attempt = createAttempt(problem, signal);

  async function load() {
    for (const index of await list.loadMore(signal)) {
      const isInGallery = isPicture(list.at(index));
      const drawn = isInGallery ? renderTile(list, index) : renderFile(list, index, job, tasks, attempt);
      (isInGallery ? gallery : files).append(h("li", {}, drawn));
    }
    const label = `Show more (${list.outputs.length} of ${list.count})`;
    more.replaceChildren(list.hasMore ? createBusyButton(label, {}, () => attempt(load)) : "");
  }

  await load();
  if (list.count === 0) return h("p", { class: "card empty" }, "This job has no output files.");
  const size = `${formatCount(list.count, "file")}, ${formatBytes(job.outputs.bytes)}`;
  return h(
    "section",
    { "aria-label": "Outputs" },
    h("h2", {}, "Outputs ", h("small", {}, size)),
    list.count > 1 &&
      h("p", { class: "actions" }, createZipButton(`${job.links.outputs}.zip`, signal, attempt)),
    files.childElementCount > 0 && files,
    gallery.childElementCount > 0 && gallery,
    problem,
    more,
  );
}

/** @param {Output} output */
function isPicture({ media_type: type }) {
  return type.startsWith("image/");
}

/**
 * @param {OutputList} list
 * @param {number} index
 */
function renderTile(list, index) {
  const { name, url, bytes } = list.at(index);
  return h(
    "button",
    { type: "button", class: "tile", onclick: () => openViewer(list, index) },
    h("span", { class: "frame" }, h("img", { src: url, alt: "", loading: "lazy", decoding: "async" })),
    h("span", { class: "tile-name" }, name),
    h("small", {}, formatBytes(bytes)),
  );
}

/**
 * @param {OutputList} list
 * @param {number} index
 * @param {Job} job
 * @param {Task[]} tasks
 * @param {Attempt} attempt
 */
function renderFile(list, index, job, tasks, attempt) {
  const output = list.at(index);
  const save = async () => download(await list.refresh(index));
  return h(
    "div",
    { class: "row" },
    h("span", { class: "row-name" }, h("strong", {}, output.name), h("small", {}, output.media_type)),
    h("small", {}, formatBytes(output.bytes)),
    h(
      "span",
      { class: "actions" },
      canShow(output) && h("button", { type: "button", onclick: () => openViewer(list, index) }, "Show"),
      createBusyButton("Download", {}, () => attempt(save)),
      renderNextTask(output, job, tasks),
    ),
  );
}

/**
 * Return a link to a new job that works on this output, if a task accepts its type.
 * @param {Output} output
 * @param {Job} job
 * @param {Task[]} tasks
 */
function renderNextTask(output, job, tasks) {
  const task = tasks.find((each) => each.input !== "none" && each.accepts.includes(output.media_type));
  if (!task) return null;
  const query = new URLSearchParams({ task: task.name, job: job.id, output: output.name });
  return h("a", { class: "button", href: `#/?${query}` }, "Use in a new job");
}
