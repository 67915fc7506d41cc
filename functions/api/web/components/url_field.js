// The field for an input at a url, beside the place for files.
import { h } from "../lib/dom.js";

/** @param {() => void} onChange called when a person has changed the url */
export function createUrlField(onChange) {
  const field = h("input", {
    type: "url",
    id: "input-url",
    autocomplete: "off",
    maxLength: 4096,
    oninput: onChange,
  });
  return {
    element: h("div", { class: "field by-url" }, h("label", { for: "input-url" }, "or a URL"), field),
    /** Return the input that the field names, or null. */
    read: () => (field.value.trim() ? { url: field.value.trim() } : null),
    clear: () => (field.value = ""),
  };
}
