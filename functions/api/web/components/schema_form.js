// A form made from a JSON Schema, for a task's params.
import { h, prose } from "../lib/dom.js";
import { label } from "../lib/format.js";

const SHOWN = 4; // the others are a click away

// `values` are set already. → {element, read, showFaults, clearFaults}: read() gives the params that differ from
// their default.
export function schemaForm(schema, values) {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {})
    .map(([name, given]) => field(name, plain(given, schema), required.has(name), values.get(`param.${name}`)))
    .sort((one, other) => other.required - one.required);
  const shown = fields.length > SHOWN + 1 ? SHOWN : fields.length;
  const rest = fields.slice(shown);
  const element = h("div", { class: "params" },
    h("div", { class: "fields" }, fields.slice(0, shown).map((each) => each.element)),
    rest.length > 0 && h("details", {},
      h("summary", {}, `More settings (${rest.length})`),
      h("div", { class: "fields" }, rest.map((each) => each.element))));
  return {
    element,
    read: () => Object.fromEntries(fields.map((each) => [each.name, each.read()]).filter(([, value]) => value !== undefined)),
    showFaults: (faults) => faults.filter((fault) => !fields.some((each) => each.showFault(fault))), // → those without a field
    clearFaults: () => fields.forEach((each) => each.clearFault()),
  };
}

// A property without its detours: references, and `null` as one of several types.
function plain(given, schema) {
  const { $ref, anyOf, allOf, ...rest } = given;
  if ($ref) return plain({ ...schema.$defs[$ref.split("/").pop()], ...rest }, schema);
  const choices = (anyOf ?? allOf ?? []).filter((each) => each.type !== "null");
  if (choices.length === 1) return plain({ ...choices[0], ...rest }, schema);
  return choices.length > 1 ? { ...rest, type: "any" } : rest;
}

function field(name, property, required, value) {
  const id = `param-${name}`;
  const control = controlFor(property, required);
  const { input } = control;
  input.id = id;
  input.name = name;
  if (value) input.value = value;
  input.required = required && property.type !== "boolean";
  input.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
  const fault = h("p", { class: "fault", id: `${id}-fault` });
  const clearFault = () => {
    fault.textContent = "";
    input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", clearFault);
  const caption = h("label", { for: id }, label(name), required && h("span", { class: "needed" }, " required"));
  const hint = h("p", { class: "hint", id: `${id}-hint` }, prose(property.description ?? ""));
  const isCheck = property.type === "boolean";
  return {
    name,
    required,
    clearFault,
    element: h("div", { class: isCheck ? "field check" : "field" }, isCheck ? [input, caption] : [caption, input], hint, fault),
    read: () => (input.value === "" ? undefined : control.read()),
    showFault({ pointer, detail }) {
      if (pointer !== `/params/${name}` && !pointer.startsWith(`/params/${name}/`)) return false;
      fault.textContent = detail;
      input.setAttribute("aria-invalid", "true");
      input.closest("details")?.setAttribute("open", "");
      input.focus();
      return true;
    },
  };
}

function controlFor(property, required) {
  const changed = (value) => (JSON.stringify(value) === JSON.stringify(property.default) ? undefined : value);
  if (property.enum) return choice(property, changed, required);
  const example = property.examples?.[0];
  const placeholder = example === undefined ? "" : `for example ${typeof example === "string" ? example : JSON.stringify(example)}`;
  switch (property.type) {
    case "boolean": {
      const input = h("input", { type: "checkbox", checked: property.default === true });
      return { input, read: () => changed(input.checked) };
    }
    case "integer":
    case "number": {
      const input = h("input", {
        type: "number", inputmode: property.type === "integer" ? "numeric" : "decimal", placeholder,
        min: property.minimum ?? property.exclusiveMinimum, max: property.maximum ?? property.exclusiveMaximum,
        step: property.type === "integer" ? 1 : "any", value: property.default,
      });
      return { input, read: () => changed(Number(input.value)) };
    }
    case "string": {
      const secret = property.format === "password";
      const input = h("input", {
        type: secret ? "password" : "text", autocomplete: secret ? "new-password" : "off", spellcheck: "false",
        placeholder, maxlength: property.maxLength, value: property.default,
      });
      return { input, read: () => changed(input.value) };
    }
    case "array":
      if (["string", "integer", "number"].includes(property.items?.type)) return list(property, placeholder, changed);
  }
  const given = property.default === undefined || property.default === null ? "" : JSON.stringify(property.default);
  const input = h("textarea", { rows: 2, placeholder: placeholder || "JSON", spellcheck: "false" }, given);
  return { input, read: () => changed(jsonOrText(input.value)) };
}

function choice(property, changed, required) {
  const none = property.default === undefined || property.default === null;
  const input = h("select", {},
    none && h("option", { value: "" }, required ? "choose" : "not set"),
    property.enum.map((value) => h("option", { value, selected: value === property.default }, String(value))));
  return { input, read: () => changed(property.enum.find((value) => String(value) === input.value)) };
}

function list(property, placeholder, changed) {
  const input = h("input", {
    type: "text", autocomplete: "off", placeholder: placeholder || "one, two, three", value: property.default?.join(", "),
  });
  const read = () => {
    if (input.value.trim().startsWith("[")) return changed(jsonOrText(input.value)); // for names with commas in them
    const words = input.value.split(",").map((word) => word.trim()).filter(Boolean);
    return changed(property.items.type === "string" ? words : words.map(Number));
  };
  return { input, read };
}

function jsonOrText(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text; // the API says what is wrong with it
  }
}
