// Dead letters: jobs that failed in all their attempts, and the buttons that run them again.
import { renderDeadLetter } from "../components/dead_letter.js";
import { createFilter, formatHash } from "../components/filter.js";
import { renderProblem } from "../components/problem.js";
import { get } from "../lib/api.js";
import { createBusyButton, h, toNodes } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { redrive } from "../lib/redrive.js";
import { loadTaskTitle } from "../lib/tasks.js";

/** @import { Job, JobList, QueueList } from "../types.js" */

/** @typedef {(which: Parameters<typeof redrive>[0]) => Promise<void>} Redrive */

/**
 * @param {AbortSignal} signal
 * @param {URLSearchParams} query which dead letters: queue=message&cursor=…
 */
export async function renderDeadLetters(signal, query) {
  /** @type {QueueList} */
  const { items: queues } = await get("v1/queues", { signal });
  const message = h("div", { role: "status" });
  const filter = createFilter(
    "queue",
    "Queue",
    queues.map(({ name }) => [name, name]),
    query,
  );
  const apply = () => (location.hash = formatHash("dead-letters", { queue: filter.getValue() }));
  const list = h("div", {});

  /** @type {Redrive} */
  async function runAgain(which) {
    try {
      const { jobs, refused } = await redrive(which);
      await show();
      message.replaceChildren(
        h("p", { class: "note" }, `${formatCount(jobs.length, "job")} started again.`),
        ...refused.map((each) => renderProblem({ ...each, title: `${each.title}: ${each.id}` })),
      );
    } catch (failure) {
      message.replaceChildren(renderProblem(failure));
    }
  }
  async function show() {
    /** @type {JobList} */
    const page = await get(`v1/dead-letters?${query}`, { signal });
    list.replaceChildren(...toNodes([await renderPage(page, filter.getValue(), runAgain)]));
  }
  await show();
  return h(
    "div",
    {},
    h("h1", {}, "Dead letters"),
    h(
      "p",
      { class: "hint lead" },
      "Jobs that failed in all their attempts. Fix the cause, then run them again.",
    ),
    h("div", { class: "filters", onchange: apply }, filter.element),
    message,
    list,
  );
}

/**
 * @param {JobList} page
 * @param {string} queue "" stands for any
 * @param {Redrive} runAgain
 */
async function renderPage({ items, next }, queue, runAgain) {
  return [
    items.length === 0
      ? h("p", { class: "card empty" }, "There are no dead letters.")
      : await renderLetters(items, queue, runAgain),
    next && h("p", {}, h("a", { href: formatHash("dead-letters", { queue, cursor: next }) }, "Older")),
  ];
}

/**
 * @param {Job[]} jobs
 * @param {string} queue
 * @param {Redrive} runAgain
 */
async function renderLetters(jobs, queue, runAgain) {
  const letters = await Promise.all(
    jobs.map(async (job) => renderDeadLetter(job, await loadTaskTitle(job.task), runAgain)),
  );
  const list = h(
    "ul",
    { class: "letters" },
    letters.map((letter) => h("li", { class: "card" }, letter)),
  );
  const findSelected = () => {
    /** @type {NodeListOf<HTMLInputElement>} */
    const boxes = list.querySelectorAll("input:checked");
    return [...boxes].map((box) => box.value);
  };
  const runSelected = createBusyButton("Run selected jobs again", { class: "primary" }, () =>
    runAgain({ job_ids: findSelected() }),
  );
  runSelected.disabled = true;
  const runAll = queue && createBusyButton(`Run all jobs of ${queue} again`, {}, () => runAgain({ queue }));
  return h(
    "div",
    { onchange: () => (runSelected.disabled = findSelected().length === 0) },
    list,
    h("div", { class: "actions" }, runSelected, runAll),
  );
}
