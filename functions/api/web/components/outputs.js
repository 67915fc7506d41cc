// What a job made: pictures as a gallery, everything else as a list.
import { get } from "../lib/api.js";
import { busyButton, drawn, h } from "../lib/dom.js";
import { download } from "../lib/download.js";
import { bytes, count } from "../lib/format.js";
import { problemCard } from "./problem.js";
import { tasks } from "../lib/tasks.js";
import { canShow, openViewer } from "./viewer.js";

const PAGE = 60;
const FRESH_MS = 50 * 60 * 1000; // an address works for an hour

export function outputsPart(signal) {
  return drawn((job) => job.status === "DONE", (job) => job.status === "DONE" && outputsOf(job, signal).catch(problemCard));
}

async function outputsOf(job, signal) {
  const known = await tasks();
  const outputs = [];
  const gallery = h("ul", { class: "gallery" });
  const files = h("ul", { class: "rows files" });
  const more = h("p", {});
  let next = null;

  async function load() {
    const query = new URLSearchParams({ limit: PAGE, ...(next ? { cursor: next } : {}) });
    const page = await get(`${job.links.outputs}?${query}`, { signal });
    for (const output of page.items) {
      const index = outputs.push({ ...output, read: Date.now() }) - 1;
      (isPicture(output) ? gallery : files).append(h("li", {}, isPicture(output) ? tile(index) : fileRow(index)));
    }
    next = page.next;
    more.replaceChildren(next ? busyButton(`Show more (${outputs.length} of ${page.count})`, {}, load) : "");
    return page.count;
  }
  // Its address again, if the one it came with may have run out.
  async function fresh(index) {
    const output = outputs[index];
    if (Date.now() - output.read < FRESH_MS) return output;
    const page = await get(`${job.links.outputs}?${new URLSearchParams({ limit: 1, cursor: index })}`);
    return Object.assign(output, page.items[0], { read: Date.now() });
  }
  const view = (index) => openViewer(outputs, index, fresh);

  function tile(index) {
    const { name, url, bytes: size } = outputs[index];
    const picture = h("img", { src: url, alt: "", loading: "lazy", decoding: "async" });
    return h("button", { type: "button", class: "tile", onclick: () => view(index) },
      h("span", { class: "frame" }, picture), h("span", { class: "tile-name" }, name), h("small", {}, bytes(size)));
  }

  function fileRow(index) {
    const output = outputs[index];
    return h("div", { class: "row" },
      h("span", { class: "row-name" }, h("strong", {}, output.name), h("small", {}, output.media_type)),
      h("small", {}, bytes(output.bytes)),
      h("span", { class: "actions" },
        canShow(output) && h("button", { type: "button", onclick: () => view(index) }, "Show"),
        busyButton("Download", {}, async () => download(await fresh(index))),
        nextTask(output, known, job)));
  }

  const total = await load();
  if (total === 0) return h("p", { class: "card empty" }, "This job made no files.");
  return h("section", { "aria-label": "Outputs" },
    h("h2", {}, "Outputs ", h("small", {}, `${count(total, "file")}, ${bytes(job.outputs.bytes)}`)),
    files.childElementCount > 0 && files, gallery.childElementCount > 0 && gallery, more);
}

function isPicture({ media_type: type }) {
  return type.startsWith("image/");
}

// What came out may go in again: a trained model into a prediction.
function nextTask(output, known, job) {
  const task = known.find((each) => each.input !== "none" && each.accepts.includes(output.media_type));
  const query = task && new URLSearchParams({ task: task.name, job: job.id, output: output.name });
  return task && h("a", { class: "button", href: `#/?${query}` }, "Use in a new job");
}
