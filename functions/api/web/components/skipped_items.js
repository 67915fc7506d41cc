// The items of a batch for which no job was made.
import { h } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { createRegion } from "../lib/region.js";

/** @import { Batch } from "../batch_types.js" */

export function createSkippedItems() {
  return createRegion((/** @type {Batch} */ batch) => batch.skipped_items, renderSkippedItems);
}

/** @param {Batch} batch */
function renderSkippedItems({ skipped, skipped_items: items }) {
  if (skipped === 0) return null;
  const more = skipped - items.length;
  return h(
    "details",
    { class: "card", open: true },
    h("summary", {}, `Skipped: ${formatCount(skipped, "item")} that did not fit`),
    h(
      "ul",
      { class: "skipped" },
      items.map(({ number, detail }) => h("li", {}, h("strong", {}, `Item ${number}`), " ", detail)),
    ),
    more > 0 && h("p", { class: "hint" }, `And ${formatCount(more, "more item")}.`),
  );
}
