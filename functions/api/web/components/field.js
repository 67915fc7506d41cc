// A field of a form: its label, its control, a hint, and what the API found wrong with it.
import { h } from "../lib/dom.js";

/**
 * @import { Child } from "../lib/dom.js"
 */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Input */

/** @typedef {ReturnType<typeof createField>} Field */

/**
 * @param {string} id
 * @param {string} caption
 * @param {Input} input
 * @param {{ hint?: Child[], isRequired?: boolean, isCheckbox?: boolean }} properties
 */
export function createField(id, caption, input, { hint = [], isRequired = false, isCheckbox = false }) {
  input.id = id;
  input.required = isRequired && !isCheckbox;
  input.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
  const fault = h("p", { class: "fault", id: `${id}-fault` });
  const label = h("label", { for: id }, caption, isRequired && h("span", { class: "needed" }, " required"));
  const clearFault = () => {
    fault.textContent = "";
    input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", clearFault);
  return {
    element: h(
      "div",
      { class: isCheckbox ? "field check" : "field" },
      isCheckbox ? [input, label] : [label, input],
      h("p", { class: "hint", id: `${id}-hint` }, hint),
      fault,
    ),
    clearFault,
    /** @param {string} detail */
    showFault(detail) {
      fault.textContent = detail;
      input.setAttribute("aria-invalid", "true");
      input.closest("details")?.setAttribute("open", "");
      input.focus();
    },
  };
}
