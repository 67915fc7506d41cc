import { h } from "../lib/dom.js";

/**
 * Create a list of choices, "any" among them.
 * @param {string} name of what it filters by; `query` may hold its value
 * @param {string} caption
 * @param {[value: string, text: string][]} choices
 * @param {URLSearchParams} query
 */
export function createFilter(name, caption, choices, query) {
  const id = `by-${name}`;
  const options = choices.map(([value, text]) =>
    h("option", { value, selected: value === query.get(name) }, text),
  );
  const select = h("select", { id, name }, h("option", { value: "" }, "any"), options);
  return {
    element: h("div", { class: "field" }, h("label", { for: id }, caption), select),
    getValue: () => select.value,
  };
}

/**
 * Create a field for a text.
 * @param {string} name of what it filters by; `query` may hold its value
 * @param {string} caption
 * @param {URLSearchParams} query
 */
export function createTextFilter(name, caption, query) {
  const id = `by-${name}`;
  const input = h("input", { type: "search", id, name, value: query.get(name) ?? "", maxLength: 255 });
  return {
    element: h("div", { class: "field" }, h("label", { for: id }, caption), input),
    getValue: () => input.value.trim(),
  };
}

/**
 * Return the address of a page with these filters.
 * @param {string} page
 * @param {Record<string, string | null | undefined>} filters
 */
export function formatHash(page, filters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  return query.size ? `#/${page}?${query}` : `#/${page}`;
}
