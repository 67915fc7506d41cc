// What keeps a job from starting: its time, or the jobs for which it waits.
import { h } from "../lib/dom.js";
import { formatSoon } from "../lib/format.js";
import { renderFacts } from "./facts.js";

/**
 * @import { Job } from "../types.js"
 */

/** @param {Job} job */
export function renderStart({ phase, run_at: runAt, waits_for: waitsFor }) {
  if (phase === "scheduled" && runAt !== null) return renderFacts([["Starts", formatSoon(runAt)]]);
  if (phase !== "waiting") return null;
  return renderFacts([["Waits for", h("span", { class: "tags" }, waitsFor.map(renderLink))]]);
}

/** @param {string} id */
function renderLink(id) {
  return h("a", { href: `#/jobs/${id}` }, h("code", {}, id));
}
