import { h, toNodes } from "./dom.js";

/** @import { Child } from "./dom.js" */

/**
 * A part of the page that shows a value.
 * @template T
 * @typedef {{ element: HTMLElement, update: (value: T) => Promise<void> }} Region
 */

/**
 * Create a region that is redrawn only if what `keyOf` picks from its value has changed: what a person has
 * opened or focused in it stays so.
 * @template T
 * @param {(value: T) => unknown} keyOf
 * @param {(value: T) => Child | Child[] | Promise<Child | Child[]>} draw
 * @returns {Region<T>}
 */
export function createRegion(keyOf, draw) {
  const element = h("div", { class: "drawn" });
  /** @type {string | undefined} */
  let key;
  return {
    element,
    async update(value) {
      const newKey = JSON.stringify(keyOf(value));
      if (newKey === key) return;
      key = newKey;
      const children = await draw(value);
      if (key !== newKey) return; // a newer value was drawn in the meantime
      const find = rememberFocus(element);
      element.replaceChildren(...toNodes([children]));
      const again = find?.();
      if (again instanceof HTMLElement) again.focus();
    },
  };
}

/**
 * Return what finds the link or button below `element` that has the focus again, after others took its place;
 * null if it is elsewhere.
 * @param {HTMLElement} element
 */
function rememberFocus(element) {
  const focused = document.activeElement;
  if (!focused || !element.contains(focused)) return null;
  const { tagName, textContent } = focused;
  const href = focused.getAttribute("href");
  const place = listOf(element, tagName).indexOf(focused);
  return () =>
    href === null
      ? listOf(element, tagName).find((each, at) => at === place && each.textContent === textContent)
      : element.querySelector(`[href="${CSS.escape(href)}"]`);
}

/**
 * @param {HTMLElement} element
 * @param {string} tag
 * @returns {Element[]}
 */
function listOf(element, tag) {
  return [...element.querySelectorAll(tag)];
}
