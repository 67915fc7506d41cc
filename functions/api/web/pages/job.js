// One job: how far it is, what it took, what came out or what went wrong.
import { call, get } from "../lib/api.js";
import { announce, h } from "../lib/dom.js";
import { follow } from "../lib/follow.js";
import { aboutPart, attemptsPart, onwardPart, resultPart } from "../components/job_details.js";
import { statePart } from "../components/job_header.js";
import { nameOf } from "../lib/names.js";
import { outputsPart } from "../components/outputs.js";
import { problemCard } from "../components/problem.js";
import { tasks, titleOf } from "../lib/tasks.js";

export async function jobPage(signal, _query, id) {
  let job = await get(`v1/jobs/${encodeURIComponent(id)}`, { signal });
  const title = await titleOf(job.task);
  const wrong = h("div", {});
  const parts = [statePart(title, act), resultPart(), attemptsPart(), outputsPart(signal), onwardPart(await tasks()), aboutPart()];

  function show(now) {
    job = now;
    for (const part of parts) part.update(job);
    announce(spoken(job, title));
  }
  function goOn() {
    const lost = (problem) => wrong.replaceChildren(problem ? lostNote(problem) : "");
    follow(job, signal, show, lost).catch((problem) => wrong.replaceChildren(problemCard(problem)));
  }
  async function act(method, path) {
    wrong.replaceChildren();
    try {
      const { body } = await call(method, path);
      const ended = job.phase === "finished";
      show(body?.id === job.id ? body : await get(job.links.self));
      if (ended) goOn();
    } catch (problem) {
      wrong.replaceChildren(problemCard(problem));
    }
  }
  show(job);
  goOn();
  return h("div", {}, h("h1", {}, nameOf(job) ?? title), wrong, h("div", { class: "parts" }, parts.map((part) => part.element)));
}

function lostNote(problem) {
  return h("p", { class: "note" }, `${problem.title}. The job goes on by itself; trying to reach it again.`);
}

// For who listens: each tenth of the way, not each page.
function spoken(job, title) {
  if (job.status !== "PROCESSING") return `${title}: ${job.status.toLowerCase()}`;
  const { done, total } = job.progress;
  return total ? `${title}: ${Math.floor((10 * done) / total) * 10} %` : `${title}: ${job.phase}`;
}
