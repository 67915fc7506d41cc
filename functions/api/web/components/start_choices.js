// When a job can start: at once, after a delay, at a time, or again and again.
import { h } from "../lib/dom.js";
import { createField } from "./field.js";

/**
 * @import { Child } from "../lib/dom.js"
 * @import { Recurrence } from "../lib/schedules.js"
 * @import { Field } from "./field.js"
 */

/**
 * One choice: its fields by the name that the API has for them, and what they hold.
 * @typedef {object} Choice
 * @property {string} value
 * @property {string} text
 * @property {Record<string, Field>} fields
 * @property {() => Record<string, string | number>} read the fields of a submission
 * @property {() => Recurrence | null} readRecurrence
 */

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
const MAX_DAYS = 30;
/** @type {[cron: string, text: string][]} */
const EXAMPLES = [
  ["0 * * * *", "each hour"],
  ["30 2 * * *", "each night at 2:30"],
  ["0 8 * * 1-5", "on working days at 8:00"],
  ["0 8 * * 1", "on Mondays at 8:00"],
  ["0 0 1 * *", "on the first of each month"],
];
const SCHEDULE = "schedule";
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @returns {Choice[]} */
export function createStartChoices() {
  return [
    { value: "now", text: "At once", fields: {}, read: () => ({}), readRecurrence: () => null },
    createDelay(),
    createTime(),
    createRecurrence(),
  ];
}

/** @returns {Choice} */
function createDelay() {
  const number = h("input", { type: "number", min: 1, step: "any", value: "10", inputmode: "decimal" });
  const units = Object.keys(SECONDS).map((unit) =>
    h("option", { value: unit, selected: unit === "minutes" }, unit),
  );
  const unit = h("select", {}, units);
  return {
    value: "delay",
    text: "After a delay",
    fields: {
      delay_s: createField("start-delay", "Delay", number, {
        isRequired: true,
        hint: [`At most ${MAX_DAYS} days.`],
      }),
      unit: createField("start-unit", "Unit", unit, {}),
    },
    read: () => ({
      delay_s: Number(number.value) * SECONDS[/** @type {keyof typeof SECONDS} */ (unit.value)],
    }),
    readRecurrence: () => null,
  };
}

/** @returns {Choice} */
function createTime() {
  const time = h("input", { type: "datetime-local" });
  const hint = [`In your time zone, ${ZONE}. Within ${MAX_DAYS} days.`];
  return {
    value: "time",
    text: "At a time",
    fields: { run_at: createField("start-time", "Time", time, { isRequired: true, hint }) },
    read: () => ({ run_at: new Date(time.value).toISOString() }),
    readRecurrence: () => null,
  };
}

/** @returns {Choice} */
function createRecurrence() {
  const name = h("input", {
    autocomplete: "off",
    placeholder: "for example nightly",
    pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]{0,39}",
    title: "Letters, digits, dots, dashes and underscores; at most 40",
  });
  const cron = h("input", {
    autocomplete: "off",
    spellcheck: "false",
    list: "start-cron-list",
    placeholder: "30 2 * * *",
  });
  const zone = h("input", { autocomplete: "off", spellcheck: "false", list: "start-zone-list", value: ZONE });
  /** @type {Child[]} */
  const hint = [
    "Minute, hour, day, month, day of the week. ",
    h("code", {}, "30 2 * * *"),
    " is each night at 2:30.",
  ];
  const examples = EXAMPLES.map(([value, text]) => h("option", { value }, text));
  const zones = Intl.supportedValuesOf("timeZone").map((value) => h("option", { value }));
  return {
    value: SCHEDULE,
    text: "Again and again",
    fields: {
      name: createField("start-name", "Name of the schedule", name, { isRequired: true }),
      cron: withList(
        createField("start-cron", "Times", cron, { isRequired: true, hint }),
        "start-cron-list",
        examples,
      ),
      timezone: withList(
        createField("start-zone", "Time zone", zone, { isRequired: true }),
        "start-zone-list",
        zones,
      ),
    },
    read: () => ({}),
    readRecurrence: () => ({ name: name.value, cron: cron.value.trim(), timezone: zone.value.trim() }),
  };
}

/**
 * Give a field's control a list of suggestions.
 * @param {Field} field
 * @param {string} id
 * @param {HTMLOptionElement[]} options
 */
function withList(field, id, options) {
  field.element.append(h("datalist", { id }, options));
  return field;
}
