// How much work waits, and where.
import { get } from "../lib/api.js";
import { drawn, h } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { jobRows } from "../components/job_rows.js";
import { problemCard } from "../components/problem.js";
import { refresh } from "../lib/refresh.js";

const REFRESH_MS = 10_000;
const FIGURES = [
  ["visible", "waiting"], ["in_flight", "in work"], ["delayed", "delayed"], ["dead_letters", "dead letters"], ["limit", "limit"],
];

export async function queuesPage(signal) {
  const list = drawn((queues) => queues, (queues) => Promise.all(queues.map(card)));
  list.element.className = "queues";
  const show = async () => {
    const { items } = await get("v1/queues", { signal });
    await list.update(await Promise.all(items.map((queue) => get(`v1/queues/${encodeURIComponent(queue.name)}`, { signal }))));
    return true;
  };
  await show();
  refresh(show, REFRESH_MS, signal).catch((problem) => list.element.prepend(problemCard(problem)));
  return h("div", {}, h("h1", {}, "Queues"), list.element);
}

async function card({ jobs, open, ...queue }) {
  return h("section", { class: "card", "aria-label": queue.name },
    h("h2", {}, queue.name),
    h("dl", { class: "figures-row" }, FIGURES.map(([name, text]) => figure(name, text, queue))),
    jobs.length > 0 ? [h("h3", {}, `${count(open, "job")} of yours here`), await jobRows(jobs)]
      : h("p", { class: "hint" }, "No job of yours is here."));
}

function figure(name, text, queue) {
  const number = queue[name] === null ? "none" : queue[name].toLocaleString();
  const letters = name === "dead_letters" && queue[name] > 0;
  const query = new URLSearchParams({ queue: queue.name });
  return h("div", { class: letters ? "alarm" : "" }, h("dt", {}, text),
    h("dd", {}, letters ? h("a", { href: `#/dead-letters?${query}` }, number) : number));
}
