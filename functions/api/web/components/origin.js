// What a job was made by: a batch, or a schedule.
import { h } from "../lib/dom.js";
import { renderFacts } from "./facts.js";

/**
 * @import { Job } from "../types.js"
 * @import { Fact } from "./facts.js"
 */

/** @param {Job} job */
export function renderOrigin({ batch }) {
  /** @type {Fact[]} */
  const facts = [];
  if (batch)
    facts.push(["Batch", h("a", { href: `#/batches/${batch.id}` }, `Item ${batch.number} of a batch`)]);
  return facts.length > 0 && renderFacts(facts);
}
