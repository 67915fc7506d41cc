// The input element for one property of a JSON Schema.
import { h } from "../lib/dom.js";

/** @import { JsonSchema } from "../types.js" */

/**
 * `read` returns the value as JSON, or undefined where it is the default.
 * @typedef {object} Control
 * @property {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input
 * @property {() => unknown} read
 */

/** @typedef {(value: unknown) => unknown} OmitDefault returns undefined for the default, and any other value */

/**
 * @param {JsonSchema} property
 * @param {boolean} isRequired
 * @returns {Control}
 */
export function createControl(property, isRequired) {
  /** @type {OmitDefault} */
  const omitDefault = (value) =>
    JSON.stringify(value) === JSON.stringify(property.default) ? undefined : value;
  if (property.enum) return createSelect(property, property.enum, isRequired, omitDefault);
  switch (property.type) {
    case "boolean":
      return createCheckbox(property, omitDefault);
    case "integer":
    case "number":
      return createNumber(property, omitDefault);
    case "string":
      return createText(property, omitDefault);
    case "array":
      if (isSimple(property.items)) return createList(property, omitDefault);
  }
  return createJson(property, omitDefault);
}

/** @param {JsonSchema} property */
function formatPlaceholder({ examples }) {
  const example = examples?.[0];
  if (example === undefined) return "";
  return `for example ${typeof example === "string" ? example : JSON.stringify(example)}`;
}

/**
 * Return a default as the text of an input.
 * @param {JsonSchema} property
 */
function formatDefault({ default: value }) {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/**
 * @param {JsonSchema} property
 * @param {unknown[]} choices
 * @param {boolean} isRequired
 * @param {OmitDefault} omitDefault
 */
function createSelect(property, choices, isRequired, omitDefault) {
  const hasDefault = property.default !== undefined && property.default !== null;
  const input = h(
    "select",
    {},
    !hasDefault && h("option", { value: "" }, isRequired ? "choose" : "not set"),
    choices.map((value) =>
      h("option", { value: String(value), selected: value === property.default }, String(value)),
    ),
  );
  return { input, read: () => omitDefault(choices.find((value) => String(value) === input.value)) };
}

/**
 * @param {JsonSchema} property
 * @param {OmitDefault} omitDefault
 */
function createCheckbox(property, omitDefault) {
  const input = h("input", { type: "checkbox", checked: property.default === true });
  return { input, read: () => omitDefault(input.checked) };
}

/**
 * @param {JsonSchema} property
 * @param {OmitDefault} omitDefault
 */
function createNumber(property, omitDefault) {
  const isInteger = property.type === "integer";
  const input = h("input", {
    type: "number",
    inputmode: isInteger ? "numeric" : "decimal",
    placeholder: formatPlaceholder(property),
    min: property.minimum ?? property.exclusiveMinimum,
    max: property.maximum ?? property.exclusiveMaximum,
    step: isInteger ? 1 : "any",
    value: formatDefault(property),
  });
  return { input, read: () => omitDefault(Number(input.value)) };
}

/**
 * @param {JsonSchema} property
 * @param {OmitDefault} omitDefault
 */
function createText(property, omitDefault) {
  const isSecret = property.format === "password";
  const input = h("input", {
    type: isSecret ? "password" : "text",
    autocomplete: isSecret ? "new-password" : "off",
    spellcheck: "false",
    placeholder: formatPlaceholder(property),
    maxlength: property.maxLength,
    value: formatDefault(property),
  });
  return { input, read: () => omitDefault(input.value) };
}

/** @param {JsonSchema | undefined} items */
function isSimple(items) {
  return ["string", "integer", "number"].includes(items?.type ?? "");
}

/**
 * A list of words or numbers, with commas between them.
 * @param {JsonSchema} property
 * @param {OmitDefault} omitDefault
 */
function createList(property, omitDefault) {
  const input = h("input", {
    type: "text",
    autocomplete: "off",
    placeholder: formatPlaceholder(property) || "one, two, three",
    value: Array.isArray(property.default) ? property.default.join(", ") : undefined,
  });
  const read = () => {
    if (input.value.trim().startsWith("[")) return omitDefault(parseJson(input.value)); // for words that have commas
    const words = input.value
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean);
    return omitDefault(property.items?.type === "string" ? words : words.map(Number));
  };
  return { input, read };
}

/**
 * @param {JsonSchema} property
 * @param {OmitDefault} omitDefault
 */
function createJson(property, omitDefault) {
  const hasDefault = property.default !== undefined && property.default !== null;
  const input = h(
    "textarea",
    { rows: 2, placeholder: formatPlaceholder(property) || "JSON", spellcheck: "false" },
    hasDefault && JSON.stringify(property.default),
  );
  return { input, read: () => omitDefault(parseJson(input.value)) };
}

/**
 * Return the value of JSON, or the text itself where it is none: the API then says what is wrong with it.
 * @param {string} text
 * @returns {unknown}
 */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
