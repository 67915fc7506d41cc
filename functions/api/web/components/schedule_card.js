// One schedule: when it runs, what came of its last run, and its buttons.
import { createBusyButton, h } from "../lib/dom.js";
import { formatTimeIn } from "../lib/format.js";
import { renderFacts } from "./facts.js";
import { formatHash } from "./filter.js";
import { renderRuns } from "./next_runs.js";
import { renderProblem } from "./problem.js";

/**
 * @import { Schedule } from "../schedule_types.js"
 * @import { Fact } from "./facts.js"
 * @import { Act } from "./job_header.js"
 */

/**
 * @param {Schedule} schedule
 * @param {string} title of its task
 * @param {Act} act
 */
export function renderSchedule(schedule, title, act) {
  const { name, paused_since: since, refused } = schedule;
  const state = since === null ? ["running", "Active"] : ["", "Paused"];
  return h(
    "section",
    { class: "card state schedule", "aria-label": name },
    h("h2", {}, h("a", { href: `#/schedules/${name}` }, name)),
    h(
      "div",
      { class: "state-line" },
      h("span", { class: `badge ${state[0]}` }, state[1]),
      h("span", {}, `${title}, `, renderRecurrence(schedule)),
      h("span", { class: "actions" }, renderButtons(schedule, act)),
    ),
    renderFacts(listRuns(schedule)),
    refused &&
      renderProblem({
        title: `The run of ${show(schedule, refused.at)} was refused`,
        detail: refused.detail,
      }),
  );
}

/** @param {Schedule} schedule */
function renderRecurrence({ cron, rate, timezone }) {
  return cron === null
    ? `every ${rate?.replace(/^1 /, "")}`
    : h("span", {}, h("code", {}, cron), ` in ${timezone}`);
}

/**
 * Return the time zone whose clocks show the schedule's times; undefined stands for the browser's.
 * @param {Schedule} schedule
 */
function getZone({ cron, timezone }) {
  return cron === null ? undefined : timezone;
}

/**
 * @param {Schedule} schedule
 * @param {string} iso
 */
function show(schedule, iso) {
  return formatTimeIn(iso, getZone(schedule));
}

/**
 * @param {Schedule} schedule
 * @returns {Fact[]}
 */
function listRuns(schedule) {
  const { next_runs: next, last_run: last, skipped_at: skipped, paused_since: since, name } = schedule;
  const jobs = formatHash("jobs", { tag: `schedule:${name}` });
  /** @type {Fact[]} */
  const facts = [
    ["Next runs", next.length > 0 ? renderRuns(next, getZone(schedule)) : "none while it is paused"],
    ["Last run", last ? h("span", {}, show(schedule, last.at), renderLastJob(last.job_id)) : "none yet"],
  ];
  if (since !== null) facts.push(["Paused since", show(schedule, since)]);
  if (skipped !== null) facts.push(["Last left out, as a job was open", show(schedule, skipped)]);
  facts.push(["Jobs", h("a", { href: jobs }, "all of them")]);
  return facts;
}

/** @param {string | null} id */
function renderLastJob(id) {
  return id !== null && h("span", {}, ": ", h("a", { href: `#/jobs/${id}` }, "its job"));
}

/**
 * @param {Schedule} schedule
 * @param {Act} act
 */
function renderButtons({ name, paused_since: since }, act) {
  const path = `v1/schedules/${name}`;
  const [verb, label] = since === null ? ["pause", "Pause"] : ["resume", "Resume"];
  return [
    createBusyButton(label ?? "", {}, () => act("POST", `${path}/${verb}`)),
    createBusyButton("Delete", {}, async () => {
      if (confirm(`Delete the schedule ${name}? Its jobs stay.`)) await act("DELETE", path);
    }),
  ];
}
