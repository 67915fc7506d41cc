// A form made from a JSON Schema: the settings of a task.
import { h, renderProse } from "../lib/dom.js";
import { formatLabel } from "../lib/format.js";
import { createField } from "./field.js";
import { createControl } from "./schema_controls.js";

/** @import { Fault, JsonSchema } from "../types.js" */

/** @typedef {ReturnType<typeof createSchemaForm>} SchemaForm */

const SHOWN_FIELDS = 4; // the others are a click away

/**
 * @param {JsonSchema} schema of the params
 * @param {URLSearchParams} values `param.dpi=200` fills the field of dpi
 */
export function createSchemaForm(schema, values) {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {})
    .filter(([name, property]) => !property.deprecated || values.has(`param.${name}`))
    .map(([name, property]) =>
      createParam(name, simplify(property, schema), required.has(name), values.get(`param.${name}`)),
    )
    .sort((one, other) => Number(other.isRequired) - Number(one.isRequired));
  const shown = fields.length > SHOWN_FIELDS + 1 ? SHOWN_FIELDS : fields.length;
  const [first, rest] = [fields.slice(0, shown), fields.slice(shown)].map((part) =>
    part.map((field) => field.element),
  );
  const element = h(
    "div",
    { class: "params" },
    h("div", { class: "fields" }, first ?? []),
    rest &&
      rest.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `More settings (${rest.length})`),
        h("div", { class: "fields" }, rest),
      ),
  );
  return {
    element,
    /**
     * Return the params that differ from their defaults.
     * @returns {Record<string, unknown>}
     */
    read: () => {
      const params = fields.map((field) => /** @type {const} */ ([field.name, field.read()]));
      return Object.fromEntries(params.filter(([, value]) => value !== undefined));
    },
    /**
     * Show each fault at its field. Return the faults that have no field here.
     * @param {Fault[]} faults
     */
    showFaults: (faults) => faults.filter((fault) => !fields.some((field) => field.showFault(fault))),
    clearFaults: () => fields.forEach((field) => field.clearFault()),
  };
}

/**
 * Return a property with its references resolved, and without `null` as one of two types.
 * @param {JsonSchema} property
 * @param {JsonSchema} schema
 * @returns {JsonSchema}
 */
function simplify(property, schema) {
  const { $ref, anyOf, allOf, ...rest } = property;
  if ($ref) return simplify({ ...schema.$defs?.[$ref.split("/").pop() ?? ""], ...rest }, schema);
  const choices = (anyOf ?? allOf ?? []).filter((choice) => choice.type !== "null");
  if (choices.length === 1) return simplify({ ...choices[0], ...rest }, schema);
  return choices.length > 1 ? { ...rest, type: "any" } : rest;
}

/**
 * @param {string} name
 * @param {JsonSchema} property
 * @param {boolean} isRequired
 * @param {string | null} value
 */
function createParam(name, property, isRequired, value) {
  const { input, read } = createControl(property, isRequired);
  input.name = name;
  if (value) input.value = value;
  const field = createField(`param-${name}`, formatLabel(name), input, {
    hint: renderProse(property.description ?? ""),
    isRequired,
    isCheckbox: property.type === "boolean",
  });
  return {
    name,
    isRequired,
    element: field.element,
    clearFault: field.clearFault,
    read: () => (input.value === "" ? undefined : read()),
    /**
     * Show a fault if it is of this field. Return whether it is.
     * @param {Fault} given
     */
    showFault({ pointer, detail }) {
      if (pointer !== `/params/${name}` && !pointer.startsWith(`/params/${name}/`)) return false;
      field.showFault(detail);
      return true;
    },
  };
}
