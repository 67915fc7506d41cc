// Jobs that failed after all their attempts, and the way to run them again.
import { call, get } from "../lib/api.js";
import { busyButton, h } from "../lib/dom.js";
import { ago, count, moment } from "../lib/format.js";
import { attemptList } from "../components/job_details.js";
import { nameOf } from "../lib/names.js";
import { problemCard, problemText } from "../components/problem.js";
import { titleOf } from "../lib/tasks.js";

export async function deadLettersPage(signal, query) {
  const { items: queues } = await get("v1/queues", { signal });
  const said = h("div", { role: "status" });
  const queue = h("select", { id: "by-queue", onchange: () => (location.hash = hash({ queue: queue.value })) },
    h("option", { value: "" }, "any"),
    queues.map(({ name }) => h("option", { value: name, selected: name === query.get("queue") }, name)));
  const list = h("div", {});

  async function again(which) {
    try {
      const done = await redrive(which);
      await show();
      said.replaceChildren(h("p", { class: "note" }, `${count(done.jobs.length, "job runs", "jobs run")} again.`),
        ...done.refused.map((each) => problemCard({ ...each, title: `${each.title}: ${each.id}` })));
    } catch (problem) {
      said.replaceChildren(problemCard(problem));
    }
  }
  async function show() {
    const page = await get(`v1/dead-letters?${query}`, { signal });
    const picked = () => [...list.querySelectorAll("input:checked")].map((box) => box.value);
    const some = h("button", { type: "button", class: "primary", disabled: true, onclick: () => again({ job_ids: picked() }) }, "Run the chosen ones again");
    const all = queue.value && page.items.length > 0 &&
      busyButton(`Run all of ${queue.value} again`, {}, () => again({ queue: queue.value }));
    const letters = await Promise.all(page.items.map(async (job) => letter(job, await titleOf(job.task), again)));
    list.replaceChildren(
      letters.length === 0 ? h("p", { class: "card empty" }, "There are none.")
        : h("div", { onchange: () => (some.disabled = picked().length === 0) },
          h("ul", { class: "letters" }, letters.map((each) => h("li", { class: "card" }, each))),
          h("div", { class: "actions" }, some, all)),
      page.next ? h("p", {}, h("a", { href: hash({ queue: queue.value, cursor: page.next }) }, "Older")) : "");
  }
  await show();
  return h("div", {}, h("h1", {}, "Dead letters"),
    h("p", { class: "hint lead" }, "Jobs that failed after all their attempts. Once the cause is mended, run them again."),
    h("div", { class: "filters" }, h("div", { class: "field" }, h("label", { for: "by-queue" }, "Queue"), queue)),
    said, list);
}

function hash(wanted) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  return query.size ? `#/dead-letters?${query}` : "#/dead-letters";
}

// A whole queue takes as many calls as the API wants it to.
async function redrive(which) {
  const done = { jobs: [], refused: [] };
  let cursor = null;
  do {
    const { body } = await call("POST", "v1/dead-letters/redrive", { json: cursor ? { ...which, cursor } : which });
    done.jobs.push(...body.jobs);
    done.refused.push(...body.refused);
    cursor = body.next;
  } while (cursor);
  return done;
}

function letter(job, title, again) {
  const id = `letter-${job.id}`;
  return h("div", { class: "letter" },
    h("input", { type: "checkbox", id, value: job.id }),
    h("div", {},
      h("label", { for: id }, h("strong", {}, nameOf(job) ?? title)), " ",
      h("small", {}, h("time", { datetime: job.updated_at, title: moment(job.updated_at) }, ago(job.updated_at)), ` · ${count(job.attempts.length, "attempt")}`),
      h("p", {}, h("strong", {}, job.error?.title)), job.error && problemText(job.error),
      h("details", {}, h("summary", {}, "Each attempt"),
        attemptList(job.attempts))),
    h("span", { class: "actions" },
      h("a", { class: "button", href: `#/jobs/${job.id}` }, "Look"),
      busyButton("Run again", {}, () => again({ job_ids: [job.id] }))));
}
