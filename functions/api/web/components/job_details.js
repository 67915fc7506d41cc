// What else there is to know of a job: its result, its failed attempts, its settings.
import { drawn, h } from "../lib/dom.js";
import { count, duration, label, moment } from "../lib/format.js";
import { factList } from "./job_header.js";
import { problemText } from "./problem.js";

const SHORT_LINES = 30;

export function resultPart() {
  return drawn((job) => job.result, ({ result, outputs }) => {
    if (!result) return null;
    const entries = Object.entries(result).filter(([, value]) => value !== null && value?.length !== 0);
    const whole = JSON.stringify(result, null, 2);
    const facts = entries.filter(([, value]) => typeof value !== "object").map(([name, value]) => [label(name), figure(value)]);
    return h("section", { class: "card", "aria-label": "Result" }, h("h2", {}, "Result"),
      facts.length > 0 && factList(facts),
      facts.length < entries.length && h("details", { open: outputs.count === 0 && whole.split("\n").length <= SHORT_LINES },
        h("summary", {}, "All of it"), h("pre", { tabindex: 0 }, whole)));
  });
}

function figure(value) {
  return typeof value === "number" ? value.toLocaleString(undefined, { maximumSignificantDigits: 6 }) : String(value);
}

export function attemptsPart() {
  return drawn((job) => [job.attempts.length, job.status], ({ attempts, status }) => {
    const known = status === "FAILED" && attempts.length === 1; // the job's own error says the same
    return attempts.length > 0 && !known &&
      h("details", { class: "card", open: status === "FAILED" },
        h("summary", {}, `Failed attempts (${attempts.length})`), attemptList(attempts));
  });
}

export function attemptList(attempts) {
  return h("ol", { class: "attempts" }, attempts.map(({ attempt, error, started_at: began, ended_at: ended }) =>
    h("li", { value: attempt },
      h("strong", {}, error.title), " ",
      h("small", {}, moment(ended), began && ` · after ${duration(new Date(ended) - new Date(began))}`),
      problemText(error))));
}

// Tasks that work with what this job made: a prediction with a trained model.
export function onwardPart(tasks) {
  return drawn((job) => job.status, (job) => job.status === "DONE" && tasks.flatMap((task) =>
    Object.entries(task.job_params ?? {}).filter(([, wanted]) => wanted.task === job.task).map(([name]) =>
      h("a", { class: "button", href: `#/?${new URLSearchParams({ task: task.name, [`param.${name}`]: job.id })}` },
        `${task.title} with this`))));
}

export function aboutPart() {
  return drawn((job) => [job.phase, job.deadline, job.callback], (job) => {
    const params = Object.entries(job.params).filter(([, value]) => value !== null)
      .map(([name, value]) => [label(name), typeof value === "string" ? value : JSON.stringify(value)]);
    const end = job.phase === "finished" ? ["Kept until", moment(job.expires_at)] : ["Ends by", moment(job.deadline)];
    return h("details", { class: "card" }, h("summary", {}, "Settings and times"),
      params.length > 0 && factList(params),
      factList([["Id", h("code", {}, job.id)], ["Created", moment(job.created_at)], end,
        ...(job.callback ? [["Callback", `${job.callback.state}, ${count(job.callback.attempts, "attempt")}`]] : [])]));
  });
}
