// The top of a batch's page: how its jobs stand, what they cost, and when it may end.
import { h } from "../lib/dom.js";
import { formatCount, formatDollars, formatDuration, formatSoon } from "../lib/format.js";
import { createRegion } from "../lib/region.js";
import { formatEnded, renderCountsBar } from "./counts_bar.js";
import { renderFacts } from "./facts.js";
import { renderError } from "./job_header.js";
import { renderStart } from "./start.js";
import { getState, renderBadge } from "./status.js";

/**
 * @import { Batch } from "../batch_types.js"
 * @import { Region } from "../lib/region.js"
 * @import { Fact } from "./facts.js"
 */

/**
 * @param {string} title of the task of its jobs
 * @param {string} status of the jobs that are listed; "" stands for any
 * @param {Region<Batch>} buttons
 * @returns {Region<Batch>}
 */
export function createBatchHeader(title, status, buttons) {
  const caption = h("span", {});
  const figures = h("span", { class: "figures" });
  const state = createRegion(getState, renderBadge);
  const bar = createRegion(
    (/** @type {Batch} */ batch) => batch.jobs,
    (batch) => renderCountsBar(batch, status),
  );
  const start = createRegion(
    (/** @type {Batch} */ batch) => [batch.phase, batch.run_at, batch.waits_for],
    renderStart,
  );
  const facts = createRegion(listFacts, (batch) => renderFacts(listFacts(batch)));
  const error = createRegion((/** @type {Batch} */ batch) => batch.error, renderError);
  const regions = [state, buttons, bar, start, facts, error];
  return {
    element: h(
      "div",
      { class: "card state" },
      h("div", { class: "state-line" }, state.element, caption, figures, buttons.element),
      ...[bar, start, facts, error].map((region) => region.element),
    ),
    async update(batch) {
      caption.textContent = `Batch: ${title}`;
      caption.hidden = batch.name === null; // the heading says it
      figures.textContent = formatEnded(batch);
      await Promise.all(regions.map((region) => region.update(batch)));
    },
  };
}

/**
 * @param {Batch} batch
 * @returns {Fact[]}
 */
function listFacts({ cost_usd: cost, estimated_end: end, timing, skipped }) {
  /** @type {Fact[]} */
  const facts = [["Cost", cost ? formatDollars(cost) : "none yet"]];
  if (end !== null) facts.push(["May end", formatSoon(end)]);
  if (timing.running_ms !== null) facts.push(["Took", formatDuration(timing.running_ms)]);
  if (skipped > 0) facts.push(["Skipped", formatCount(skipped, "item")]);
  return facts;
}
