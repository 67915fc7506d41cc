// What keeps a job from starting: its time, or the jobs for which it waits.
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { formatSoon } from "../lib/format.js";
import { getAddress, nameJob } from "../lib/names.js";
import { renderFacts } from "./facts.js";
import { renderBadge } from "./status.js";

/**
 * @import { Job, JobList } from "../types.js"
 */

/** @param {Job} job */
export async function renderStart({ phase, run_at: runAt, waits_for: waitsFor }) {
  if (phase === "scheduled" && runAt !== null) return renderFacts([["Starts", formatSoon(runAt)]]);
  if (phase !== "waiting") return null;
  const jobs = await findJobs(waitsFor);
  const items = waitsFor.map((id) =>
    h(
      "li",
      {},
      renderLink(
        id,
        jobs.find((job) => job.id === id),
      ),
    ),
  );
  return renderFacts([["Waits for", h("ul", { class: "upstream" }, items)]]);
}

/**
 * Return what the API knows of these jobs; nothing if it is not reached: their ids are shown all the same.
 * @param {string[]} ids
 */
async function findJobs(ids) {
  try {
    /** @type {JobList} */
    const { items } = await get(`v1/jobs?${new URLSearchParams(ids.map((id) => ["id", id]))}`);
    return items;
  } catch {
    return [];
  }
}

/**
 * @param {string} id
 * @param {Job | undefined} job
 */
function renderLink(id, job) {
  if (!job) return h("a", { href: `#/jobs/${id}` }, h("code", {}, id));
  const name = nameJob(job) ?? h("code", {}, id);
  return h("span", {}, h("a", { href: getAddress(job) }, name), " ", renderBadge(job));
}
