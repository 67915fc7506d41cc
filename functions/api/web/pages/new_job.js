// The page on which a job is started.
import { get } from "../lib/api.js";
import { drawn, h, prose } from "../lib/dom.js";
import { dropZone } from "../components/drop_zone.js";
import { bytes, label } from "../lib/format.js";
import { jobRows } from "../components/job_rows.js";
import { factList } from "../components/job_header.js";
import { rememberName } from "../lib/names.js";
import { problemCard } from "../components/problem.js";
import { refresh } from "../lib/refresh.js";
import { schemaForm } from "../components/schema_form.js";
import { submit } from "../lib/submit.js";
import { tasks } from "../lib/tasks.js";

const REFRESH_MS = 3000;

// `query` may name a task, its params, and an output of a job to work on: ?task=…&param.dpi=…&job=…&output=…
export async function newJobPage(signal, query) {
  const known = await tasks();
  const given = query.get("job") ? { job_id: query.get("job"), output: query.get("output") } : null;
  let task = known.find((each) => each.name === query.get("task")) ?? known[0];
  let params;

  const zone = dropZone(([file]) => choose([task, ...known].find((each) => each.accepts.includes(file.type)) ?? task));
  zone.listen(signal);
  const select = h("select", { id: "task", onchange: () => choose(known.find((each) => each.name === select.value)) },
    known.map((each) => h("option", { value: each.name }, each.title)));
  const about = h("div", { class: "about" });
  const settings = h("div", {});
  const wrong = h("div", {});
  const bar = h("progress", { max: 1, hidden: true, "aria-label": "Sent" });
  const start = h("button", { class: "primary", id: "start" }, "Start");
  const source = given ? givenInput(given) : zone.element;
  const form = h("form", { class: "card new", onsubmit: begin },
    h("div", { class: "source" }, source),
    h("div", { class: "what" },
      h("label", { for: "task" }, "Task"), select, about, settings, wrong,
      h("div", { class: "actions" }, start, bar)));

  function choose(chosen) {
    if (params && chosen === task) return;
    task = chosen;
    select.value = task.name;
    params = schemaForm(task.params, query);
    settings.replaceChildren(params.element);
    about.replaceChildren(h("p", { class: "hint" }, prose(task.description)), limitsOf(task));
    source.hidden = task.input === "none";
    form.classList.toggle("alone", task.input === "none");
    zone.accept(task.accepts);
    wrong.replaceChildren();
  }

  async function begin(event) {
    event.preventDefault();
    const inputs = inputsFor(task, given, zone.files());
    if (inputs.length === 0) {
      wrong.replaceChildren(problemCard({ title: "There is no file yet", detail: "Drop one, or choose one." }));
      return;
    }
    wrong.replaceChildren();
    params.clearFaults();
    start.disabled = true;
    try {
      await startAll(task, params.read(), inputs, (share) => {
        bar.hidden = false;
        bar.value = share;
      });
    } catch (problem) {
      problem.errors = params.showFaults(problem.errors ?? []);
      wrong.replaceChildren(problemCard(problem));
    } finally {
      start.disabled = false;
      bar.hidden = true;
    }
  }

  choose(task);
  return h("div", {}, h("h1", {}, "New job"), form, recent(signal));
}

function inputsFor(task, given, files) {
  if (task.input === "none") return [null];
  if (given) return [given];
  return files.length === 0 && task.input === "optional" ? [null] : files;
}

// One job shows itself; several are best seen as a list.
async function startAll(task, params, inputs, progress) {
  let job;
  for (const input of inputs) {
    job = await submit(task, params, input, progress);
    if (input) rememberName(job.id, input.name ?? input.output);
  }
  location.hash = inputs.length === 1 ? `#/jobs/${job.id}` : "#/jobs";
}

function givenInput({ job_id: jobId, output }) {
  return h("div", { class: "drop full" },
    h("strong", {}, output), h("span", { class: "hint" }, "an output of ", h("a", { href: `#/jobs/${jobId}` }, "an earlier job")),
    h("a", { href: "#/" }, "Use a file instead"));
}

function limitsOf(task) {
  const limits = Object.entries(task.limits).map(([name, value]) =>
    [label(name.replace(/_bytes$/, "_size")), name.endsWith("bytes") ? bytes(value) : value.toLocaleString()]);
  const takes = task.accepts.length > 0 ? [["Takes", task.accepts.join(", ")]] : [];
  return factList([...takes, ...limits], "small");
}

// The latest jobs; a failure here must not stand in the way of starting one.
function recent(signal) {
  const place = h("section", { class: "latest", "aria-label": "Latest jobs" });
  const list = drawn(({ items }) => items, async ({ items }) => items.length > 0 &&
    [h("h2", {}, "Latest jobs"), await jobRows(items), h("p", {}, h("a", { href: "#/jobs" }, "All jobs"))]);
  place.append(list.element);
  const show = async () => {
    const page = await get("v1/jobs?limit=5", { signal });
    await list.update(page);
    return page.items.some((job) => job.status === "PROCESSING");
  };
  const failed = (problem) => signal.aborted ||
    place.replaceChildren(h("p", { class: "hint" }, `The latest jobs can't be listed: ${problem.title}.`));
  show().then((open) => open && refresh(show, REFRESH_MS, signal)).catch(failed);
  return place;
}
