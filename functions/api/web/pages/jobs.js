// The caller's jobs, newest first, with filters.
import { get } from "../lib/api.js";
import { drawn, h } from "../lib/dom.js";
import { jobRows } from "../components/job_rows.js";
import { problemCard } from "../components/problem.js";
import { refresh } from "../lib/refresh.js";
import { tasks } from "../lib/tasks.js";

const PAGE = 20;
const REFRESH_MS = 3000;
const STATUSES = ["PROCESSING", "DONE", "FAILED", "CANCELED"];

export async function jobsPage(signal, query) {
  const status = filter("status", "Status", STATUSES.map((name) => [name, name.toLowerCase()]), query);
  const task = filter("task", "Task", (await tasks()).map((each) => [each.name, each.title]), query);
  const cursor = query.get("cursor");
  const list = drawn((page) => page, draw);
  const wanted = new URLSearchParams({ limit: PAGE });
  for (const name of ["status", "task", "cursor"]) if (query.get(name)) wanted.set(name, query.get(name));

  // → whether some job on it still goes on
  const show = async () => {
    const page = await get(`v1/jobs?${wanted}`, { signal });
    await list.update(page);
    return page.items.some((job) => job.status === "PROCESSING");
  };
  async function draw(page) {
    return [
      page.items.length > 0 ? await jobRows(page.items) : nothing(status.value || task.value || cursor),
      h("nav", { class: "pages", "aria-label": "Pages" },
        cursor && h("a", { href: hash(status.value, task.value) }, "Newest"),
        page.next && h("a", { href: hash(status.value, task.value, page.next) }, "Older")),
    ];
  }
  const element = h("div", {}, h("h1", {}, "Jobs"),
    h("form", { class: "filters" }, status.element, task.element), list.element);
  element.addEventListener("change", () => (location.hash = hash(status.value, task.value)));
  if (await show()) refresh(show, REFRESH_MS, signal).catch((problem) => list.element.prepend(problemCard(problem)));
  return element;
}

function filter(name, caption, choices, query) {
  const select = h("select", { id: `by-${name}`, name },
    h("option", { value: "" }, "any"),
    choices.map(([value, text]) => h("option", { value, selected: query.get(name) === value }, text)));
  return {
    element: h("div", { class: "field" }, h("label", { for: select.id }, caption), select),
    get value() {
      return select.value;
    },
  };
}

function hash(status, task, cursor) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ status, task, cursor })) if (value) query.set(name, value);
  return query.size ? `#/jobs?${query}` : "#/jobs";
}

function nothing(filtered) {
  return h("p", { class: "card empty" }, filtered ? "No job is like that." : ["There are no jobs yet. ", h("a", { href: "#/" }, "Start one"), "."]);
}
