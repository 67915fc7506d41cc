// Schedules: all, or one with its latest jobs.
import { createLatestJobs } from "../components/latest_jobs.js";
import { renderProblem } from "../components/problem.js";
import { renderSchedule } from "../components/schedule_card.js";
import { call, get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { refresh } from "../lib/refresh.js";
import { createRegion } from "../lib/region.js";
import { loadTaskTitle } from "../lib/tasks.js";

/**
 * @import { Act } from "../components/job_header.js"
 * @import { Schedule, ScheduleList } from "../schedule_types.js"
 */

const REFRESH_MS = 10_000;
const MINUTE_MS = 60_000;

/**
 * @param {AbortSignal} signal
 * @param {URLSearchParams} _query
 * @param {string} name of one schedule; "" stands for all
 */
export async function renderSchedules(signal, _query, name) {
  const list = createRegion(
    (/** @type {Schedule[]} */ schedules) => [schedules, Math.floor(Date.now() / MINUTE_MS)], // for "in 5 min"
    (schedules) => renderList(schedules, act),
  );
  list.element.className = "letters";
  const message = h("div", { role: "status" });
  /** @type {Act} */
  async function act(method, path) {
    message.replaceChildren();
    try {
      const { status } = await call(method, path);
      if (status === 204 && name) location.hash = "#/schedules";
      else await show();
    } catch (failure) {
      message.replaceChildren(renderProblem(failure));
    }
  }
  async function show() {
    await list.update(await loadSchedules(name, signal));
    return true;
  }
  await show();
  refresh(show, REFRESH_MS, signal).catch((failure) => message.replaceChildren(renderProblem(failure)));
  return h(
    "div",
    {},
    h("h1", {}, name ? `Schedule ${name}` : "Schedules"),
    h("p", { class: "hint lead" }, name ? h("a", { href: "#/schedules" }, "All schedules") : renderLead()),
    message,
    list.element,
    name && createLatestJobs(signal, `schedule:${name}`).element,
  );
}

/**
 * @param {string} name
 * @param {AbortSignal} signal
 */
async function loadSchedules(name, signal) {
  if (name) {
    /** @type {Schedule} */
    const one = await get(`v1/schedules/${encodeURIComponent(name)}`, { signal });
    return [one];
  }
  /** @type {ScheduleList} */
  const { items } = await get("v1/schedules", { signal });
  return items;
}

function renderLead() {
  const link = h("a", { href: "#/?start=schedule" }, "Make a schedule");
  return h("span", {}, "A schedule submits a job again and again. ", link, ".");
}

/**
 * @param {Schedule[]} schedules
 * @param {Act} act
 */
async function renderList(schedules, act) {
  if (schedules.length === 0) return h("p", { class: "card empty" }, "You have no schedules.");
  const titles = await Promise.all(schedules.map(({ task }) => loadTaskTitle(task)));
  return schedules.map((schedule, at) => renderSchedule(schedule, titles[at] ?? schedule.task, act));
}
