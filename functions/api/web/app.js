// The page: shows the view that the address after # names.
import { renderProblem } from "./components/problem.js";
import { findElement, h } from "./lib/dom.js";
import { forgetKey, updateForgetButton } from "./lib/key.js";
import { renderBatch } from "./pages/batch.js";
import { renderDeadLetters } from "./pages/dead_letters.js";
import { renderJob } from "./pages/job.js";
import { renderJobs } from "./pages/jobs.js";
import { renderNewJob } from "./pages/new_job.js";
import { renderQueues } from "./pages/queues.js";
import { renderSchedules } from "./pages/schedules.js";

/**
 * @typedef {object} Page
 * @property {string} title shown until the page is there
 * @property {(signal: AbortSignal, query: URLSearchParams, argument: string) => Promise<HTMLElement>} render
 *   returns an element with an h1; throws ApiError
 */

/** @typedef {{ name: string, argument: string, query: URLSearchParams, page: Page | undefined }} Route */

/** @type {Map<string, Page>} */
const PAGES = new Map([
  ["", { title: "New job", render: renderNewJob }],
  ["jobs", { title: "Jobs", render: renderJobs }],
  ["schedules", { title: "Schedules", render: renderSchedules }],
  ["queues", { title: "Queues", render: renderQueues }],
  ["dead-letters", { title: "Dead letters", render: renderDeadLetters }],
]);
/** @type {Page} */
const JOB_PAGE = { title: "Job", render: renderJob };
/** @type {Page} */
const BATCH_PAGE = { title: "Batch", render: renderBatch };
const LOADING_AFTER_MS = 300;
const main = findElement("main");
let leaving = new AbortController();

/**
 * Return what the address names: #/jobs/ID?query
 * @returns {Route}
 */
function parseRoute() {
  const [path = "", query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name = "", argument = ""] = path.split("/");
  const page = findPage(name, argument);
  return { name, page, argument: decode(argument), query: new URLSearchParams(query) };
}

/**
 * @param {string} name
 * @param {string} argument
 */
function findPage(name, argument) {
  if (name === "batches" && argument) return BATCH_PAGE;
  return name === "jobs" && argument ? JOB_PAGE : PAGES.get(name);
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % in the address
  }
}

async function showPage() {
  leaving.abort(); // ends the requests of the page before
  leaving = new AbortController();
  const { signal } = leaving;
  const route = parseRoute();
  markLink(route.name === "batches" ? "jobs" : route.name);
  main.setAttribute("aria-busy", "true");
  const timer = setTimeout(
    () => signal.aborted || main.replaceChildren(...renderLoading(route)),
    LOADING_AFTER_MS,
  );
  const element = await renderPage(route, signal);
  clearTimeout(timer);
  if (signal.aborted) return;
  main.replaceChildren(element);
  main.removeAttribute("aria-busy");
  focusHeading(element);
  scrollTo(0, 0);
}

/**
 * Give the heading the focus: a screen reader reads it, and Tab goes on from there.
 * @param {HTMLElement} element
 */
function focusHeading(element) {
  const heading = element.querySelector("h1");
  if (!heading) return;
  document.title = `${heading.textContent.trim()} · Heavylift`;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** @param {Route} route */
function renderLoading({ page }) {
  return [h("h1", {}, page?.title), h("p", {}, "Loading…")];
}

/**
 * @param {Route} route
 * @param {AbortSignal} signal
 */
async function renderPage({ page, argument, query }, signal) {
  if (!page)
    return h("div", {}, h("h1", {}, "Page not found"), h("p", {}, h("a", { href: "#/" }, "Start a job")));
  try {
    return await page.render(signal, query, argument);
  } catch (failure) {
    const retry = h("button", { type: "button", onclick: () => void showPage() }, "Try again");
    return h("div", {}, h("h1", {}, page.title), renderProblem(failure, h("p", {}, retry)));
  }
}

/** @param {string} name of the page that is shown */
function markLink(name) {
  for (const link of document.querySelectorAll("nav[aria-label=Main] a")) {
    const isCurrent = link.getAttribute("href") === `#/${name}`;
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault(); // what is after # is the page's address here
  main.focus();
});
findElement("forget-key").addEventListener("click", () => {
  forgetKey();
  void showPage();
});
addEventListener("hashchange", () => void showPage());
updateForgetButton();
void showPage();
