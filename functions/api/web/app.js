// The page: from the address after # to what is shown.
import { h } from "./lib/dom.js";
import { deadLettersPage } from "./pages/dead_letters.js";
import { jobPage } from "./pages/job.js";
import { jobsPage } from "./pages/jobs.js";
import { forgetKey, showWhetherKept } from "./lib/key.js";
import { newJobPage } from "./pages/new_job.js";
import { problemCard } from "./components/problem.js";
import { queuesPage } from "./pages/queues.js";

const PAGES = { "": newJobPage, jobs: jobsPage, queues: queuesPage, "dead-letters": deadLettersPage };
const TITLES = { "": "New job", jobs: "Jobs", queues: "Queues", "dead-letters": "Dead letters" };
const main = document.getElementById("main");
const PATIENCE_MS = 300;
let leaving = new AbortController();

// #/jobs/ID?query → the page, what it is given, and the query.
function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, argument] = path.split("/");
  const page = name === "jobs" && argument ? jobPage : PAGES[name];
  return { name, page, argument: argument && decodeURIComponent(argument), query: new URLSearchParams(query) };
}

async function show() {
  leaving.abort(); // whatever the page before was waiting for
  leaving = new AbortController();
  const { signal } = leaving;
  const wanted = route();
  mark(wanted.name);
  main.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => signal.aborted || main.replaceChildren(...loading(wanted)), PATIENCE_MS);
  const shown = await render(wanted, signal);
  clearTimeout(slow);
  if (signal.aborted) return;
  document.title = `${shown.querySelector("h1").textContent.trim()} · Heavylift`;
  main.replaceChildren(shown);
  main.removeAttribute("aria-busy");
  const heading = shown.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true }); // so that it is read, and Tab goes on from there
  scrollTo(0, 0);
}

// What was shown before is not what the navigation names any more.
function loading({ name, argument }) {
  return [h("h1", {}, argument ? "Job" : TITLES[name] ?? ""), h("p", {}, "One moment…")];
}

async function render({ page, name, argument, query }, signal) {
  if (!page) return h("div", {}, h("h1", {}, "There is no such page"), h("p", {}, h("a", { href: "#/" }, "Start a job")));
  try {
    return await page(signal, query, argument);
  } catch (problem) {
    return h("div", {}, h("h1", {}, argument ? "Job" : TITLES[name]),
      problemCard(problem, h("p", {}, h("button", { type: "button", onclick: show }, "Try again"))));
  }
}

function mark(name) {
  for (const link of document.querySelectorAll("nav[aria-label=Main] a")) {
    const current = link.getAttribute("href") === `#/${name}`;
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the part after # is the page's address here
  main.focus();
});
document.getElementById("forget-key").addEventListener("click", () => (forgetKey(), show()));
addEventListener("hashchange", show);
showWhetherKept();
show();
