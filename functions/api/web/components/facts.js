import { h } from "../lib/dom.js";

/** @import { Child } from "../lib/dom.js" */

/** @typedef {[name: string, value: Child]} Fact */

/**
 * Return a list of names, each with its value.
 * @param {Fact[]} facts
 * @param {string} kind a class of styles/cards.css
 */
export function renderFacts(facts, kind = "") {
  return h(
    "dl",
    { class: `facts ${kind}` },
    facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}
