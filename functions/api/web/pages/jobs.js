// A list of jobs, newest first, with filters.
import { createFilter, createTextFilter, formatHash } from "../components/filter.js";
import { REFRESH_MS, renderJobRows, showJobs } from "../components/job_rows.js";
import { createManyJobs } from "../components/many_jobs.js";
import { renderProblem } from "../components/problem.js";
import { h } from "../lib/dom.js";
import { refresh } from "../lib/refresh.js";
import { createRegion } from "../lib/region.js";
import { loadTasks } from "../lib/tasks.js";

/** @import { JobList, Task } from "../types.js" */

const PAGE_SIZE = 20;
const FILTERS = ["status", "task", "name", "tag", "reference"];
const STATUSES = ["PROCESSING", "DONE", "FAILED", "CANCELED"];

/**
 * @param {AbortSignal} signal
 * @param {URLSearchParams} query which jobs: status=FAILED&task=ocr&name=report&tag=2026&cursor=…
 */
export async function renderJobs(signal, query) {
  const filters = createFilters(query, await loadTasks());
  const list = createRegion(
    (/** @type {JobList} */ page) => page,
    (page) => renderPage(page, query),
  );
  const wanted = new URLSearchParams({ limit: String(PAGE_SIZE) });
  for (const [name, value] of Object.entries(readFilter(query))) wanted.set(name, value);
  const cursor = query.get("cursor");
  if (cursor) wanted.set("cursor", cursor);

  const show = () => showJobs(`v1/jobs?${wanted}`, list, signal);
  const many = createManyJobs(readFilter(query), signal, show);
  if (await show()) {
    refresh(show, REFRESH_MS, signal).catch((failure) => list.element.prepend(renderProblem(failure)));
  }
  return h("div", {}, h("h1", {}, "Jobs"), filters, many, list.element);
}

/**
 * @param {URLSearchParams} query
 * @param {Task[]} tasks
 */
function createFilters(query, tasks) {
  const status = createFilter(
    "status",
    "Status",
    STATUSES.map((name) => [name, name.toLowerCase()]),
    query,
  );
  const task = createFilter(
    "task",
    "Task",
    tasks.map(({ name, title }) => [name, title]),
    query,
  );
  const name = createTextFilter("name", "Name or file", query);
  const tag = createTextFilter("tag", "Tag", query);
  const reference = createTextFilter("reference", "Reference", query);
  const filters = { status, task, name, tag, reference };
  const apply = () => {
    /** @type {Record<string, string>} */
    const values = {};
    for (const [field, filter] of Object.entries(filters)) values[field] = filter.getValue();
    location.hash = formatHash("jobs", values);
  };
  const elements = Object.values(filters).map((filter) => filter.element);
  return h("form", { class: "filters", onchange: apply, onsubmit: stay }, elements);
}

/**
 * Return the filters that have a value.
 * @param {URLSearchParams} query
 */
function readFilter(query) {
  /** @type {Record<string, string>} */
  const filter = {};
  for (const name of FILTERS) {
    const value = query.get(name);
    if (value) filter[name] = value;
  }
  return filter;
}

/** @param {SubmitEvent} event */
function stay(event) {
  event.preventDefault();
}

/**
 * @param {JobList} page
 * @param {URLSearchParams} query
 */
async function renderPage({ items, next }, query) {
  const filters = Object.fromEntries(FILTERS.map((name) => [name, query.get(name)]));
  const cursor = query.get("cursor");
  return [
    items.length > 0
      ? await renderJobRows(items)
      : renderEmpty(Boolean(cursor || Object.values(filters).some(Boolean))),
    h(
      "nav",
      { class: "pages", "aria-label": "Pages" },
      cursor && h("a", { href: formatHash("jobs", filters) }, "Newest"),
      next && h("a", { href: formatHash("jobs", { ...filters, cursor: next }) }, "Older"),
    ),
  ];
}

/** @param {boolean} isFiltered */
function renderEmpty(isFiltered) {
  const text = isFiltered
    ? "No jobs match these filters."
    : ["You have no jobs yet. ", h("a", { href: "#/" }, "Start one"), "."];
  return h("p", { class: "card empty" }, text);
}
