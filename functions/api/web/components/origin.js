// What a job was made by: a batch, or a schedule.
import { h } from "../lib/dom.js";
import { renderFacts } from "./facts.js";

/**
 * @import { Job } from "../types.js"
 * @import { Fact } from "./facts.js"
 */

/** What the tag of a schedule's jobs begins with. */
const OF_SCHEDULE = "schedule:";

/** @param {Job} job */
export function renderOrigin({ batch, tags }) {
  /** @type {Fact[]} */
  const facts = [];
  if (batch)
    facts.push(["Batch", h("a", { href: `#/batches/${batch.id}` }, `Item ${batch.number} of a batch`)]);
  const schedule = tags.find((tag) => tag.startsWith(OF_SCHEDULE))?.slice(OF_SCHEDULE.length);
  if (schedule)
    facts.push(["Schedule", h("a", { href: `#/schedules/${encodeURIComponent(schedule)}` }, schedule)]);
  return facts.length > 0 && renderFacts(facts);
}
