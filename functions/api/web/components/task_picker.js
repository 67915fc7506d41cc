// The choice of a task, and the form of its settings.
import { h, renderProse } from "../lib/dom.js";
import { formatBytes, formatLabel } from "../lib/format.js";
import { renderFacts } from "./facts.js";
import { createSchemaForm } from "./schema_form.js";

/**
 * @import { Task } from "../types.js"
 * @import { Fact } from "./facts.js"
 */

/**
 * @param {[Task, ...Task[]]} tasks
 * @param {URLSearchParams} query may name a task and its params: task=ocr&param.dpi=200
 * @param {(task: Task) => void} onChange
 */
export function createTaskPicker(tasks, query, onChange) {
  let task = tasks.find((each) => each.name === query.get("task")) ?? tasks[0];
  let form = createSchemaForm(task.params, query);
  const select = h(
    "select",
    { id: "task", onchange: () => choose(tasks.find((each) => each.name === select.value)) },
    tasks.map((each) => h("option", { value: each.name }, each.title)),
  );
  const about = h("div", { class: "about" });
  const settings = h("div", {});

  /** @param {Task | undefined} chosen */
  function choose(chosen) {
    if (!chosen || chosen === task) return;
    task = chosen;
    form = createSchemaForm(task.params, query);
    show();
  }
  function show() {
    select.value = task.name;
    settings.replaceChildren(form.element);
    about.replaceChildren(h("p", { class: "hint" }, renderProse(task.description)), renderLimits(task));
    onChange(task);
  }
  return {
    elements: [h("label", { for: "task" }, "Task"), select, about, settings],
    show,
    getTask: () => task,
    getForm: () => form,
    /**
     * Choose a task that accepts this media type, if there is one; the chosen task first.
     * @param {string} type
     */
    chooseFor: (type) => choose([task, ...tasks].find((each) => each.accepts.includes(type))),
  };
}

/** @param {Task} task */
function renderLimits(task) {
  /** @type {Fact[]} */
  const limits = Object.entries(task.limits).map(([name, value]) => [
    formatLabel(name.replace(/_bytes$/, "_size")),
    name.endsWith("bytes") ? formatBytes(value) : value.toLocaleString(),
  ]);
  if (task.accepts.length > 0) limits.unshift(["Accepts", task.accepts.join(", ")]);
  return renderFacts(limits, "small");
}
