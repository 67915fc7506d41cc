// How the jobs of a batch stand: one bar, and the numbers that it is made of.
import { h } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { formatHash } from "./filter.js";

/**
 * @import { Batch } from "../batch_types.js"
 */

/** @typedef {{ state: string, number: number, status: string }} Share */

/**
 * Return how many jobs are in each state, those that have ended first.
 * @param {Batch} batch
 * @returns {Share[]}
 */
function listShares({ jobs: { total, made, open, done, failed, canceled } }) {
  return [
    { state: "done", number: done, status: "DONE" },
    { state: "failed", number: failed, status: "FAILED" },
    { state: "canceled", number: canceled, status: "CANCELED" },
    { state: "in progress", number: open, status: "PROCESSING" },
    { state: "to come", number: Math.max(0, (total ?? made) - made), status: "" },
  ];
}

/**
 * @param {Batch} batch
 * @param {string} status of the jobs that are listed; "" stands for any
 */
export function renderCountsBar(batch, status) {
  const shares = listShares(batch).filter(({ number }) => number > 0);
  const words = shares.map(({ state, number }) => `${number.toLocaleString()} ${state}`);
  return [
    h(
      "div",
      { class: "shares", role: "img", "aria-label": words.join(", ") || "No jobs yet" },
      shares.map(renderShare),
    ),
    h(
      "ul",
      { class: "counts legend", "aria-label": "Jobs by status" },
      shares.map((share) => h("li", { class: toClass(share) }, renderNumber(share, batch.id, status))),
    ),
  ];
}

/** @param {Share} share */
function renderShare(share) {
  const segment = h("span", { class: toClass(share) });
  segment.style.flexGrow = String(share.number); // the policy forbids a style attribute
  return segment;
}

/** @param {Share} share */
function toClass({ state }) {
  return `share ${state.replace(" ", "-")}`;
}

/**
 * @param {Share} share
 * @param {string} id
 * @param {string} shown
 */
function renderNumber({ state, number, status }, id, shown) {
  const text = `${number.toLocaleString()} ${state}`;
  if (!status) return text;
  const isShown = status === shown;
  return h("a", { href: formatHash(`batches/${id}`, { status }), "aria-current": isShown && "true" }, text);
}

/**
 * Return how many of the jobs have ended.
 * @param {Batch} batch
 */
export function formatEnded({ jobs: { total, done, failed, canceled } }) {
  if (total === null) return "Its items are being checked";
  return `${(done + failed + canceled).toLocaleString()} of ${formatCount(total, "job")} ended`;
}
