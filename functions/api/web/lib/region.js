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
      const link = findFocusedLink(element);
      element.replaceChildren(...toNodes([children]));
      if (link) focusLink(element, link);
    },
  };
}

/**
 * Return the href of the link below `element` that has the focus.
 * @param {HTMLElement} element
 */
function findFocusedLink(element) {
  const focused = document.activeElement;
  return element.contains(focused) ? focused?.getAttribute("href") : null;
}

/**
 * @param {HTMLElement} element
 * @param {string} href
 */
function focusLink(element, href) {
  /** @type {HTMLElement | null} */
  const link = element.querySelector(`[href="${CSS.escape(href)}"]`);
  link?.focus();
}
