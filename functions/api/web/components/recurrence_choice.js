// A job that starts again and again: the fields of a schedule, and when it runs next.
import { h } from "../lib/dom.js";
import { getZone } from "../lib/format.js";
import { createField } from "./field.js";
import { createNextRuns } from "./next_runs.js";

/**
 * @import { Child } from "../lib/dom.js"
 * @import { Choice } from "./start_choices.js"
 */

/** @type {[cron: string, text: string][]} */
const EXAMPLES = [
  ["0 * * * *", "each hour"],
  ["30 2 * * *", "each night at 2:30"],
  ["0 8 * * 1-5", "on working days at 8:00"],
  ["0 8 * * 1", "on Mondays at 8:00"],
  ["0 0 1 * *", "on the first of each month"],
];

/** @returns {Choice} */
export function createRecurrence() {
  const name = h("input", {
    autocomplete: "off",
    placeholder: "for example nightly",
    pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]{0,39}",
    title: "Letters, digits, dots, dashes and underscores; at most 40",
  });
  const cron = createSuggested("start-cron", EXAMPLES);
  const zone = createSuggested("start-zone", listZones());
  cron.input.placeholder = "30 2 * * *";
  zone.input.value = getZone();
  const example = h("code", {}, "30 2 * * *");
  const hint = ["Minute, hour, day, month, day of the week. ", example, " is each night at 2:30."];
  const read = () => ({ cron: cron.input.value.trim(), timezone: zone.input.value.trim() });
  const next = createNextRuns(read);
  for (const { input } of [cron, zone]) input.addEventListener("input", next.update);
  return {
    value: "schedule",
    text: "Again and again",
    fields: {
      name: createField("start-name", "Name of the schedule", name, { isRequired: true }),
      cron: cron.createField("Times", hint),
      timezone: zone.createField("Time zone", []),
    },
    read: () => ({}),
    readRecurrence: () => ({ name: name.value, ...read() }),
    preview: next.element,
  };
}

/** @returns {[string, string][]} */
function listZones() {
  return Intl.supportedValuesOf("timeZone").map((zone) => [zone, ""]);
}

/**
 * Create an input with a list of suggestions, and what makes a field of it.
 * @param {string} id
 * @param {[value: string, text: string][]} suggestions
 */
function createSuggested(id, suggestions) {
  const input = h("input", { autocomplete: "off", spellcheck: "false", list: `${id}-list` });
  const options = suggestions.map(([value, text]) => h("option", { value }, text));
  return {
    input,
    /**
     * @param {string} caption
     * @param {Child[]} hint
     */
    createField(caption, hint) {
      const field = createField(id, caption, input, { isRequired: true, hint });
      field.element.append(h("datalist", { id: `${id}-list` }, options));
      return field;
    },
  };
}
