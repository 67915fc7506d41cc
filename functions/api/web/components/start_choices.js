// When a job can start: at once, after a delay, at a time, or again and again.
import { h } from "../lib/dom.js";
import { getZone } from "../lib/format.js";
import { createField } from "./field.js";
import { createRecurrence } from "./recurrence_choice.js";

/**
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
 * @property {HTMLElement} [preview] what comes of the fields
 */

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
const MAX_DAYS = 30;

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
  const hint = [`In your time zone, ${getZone()}. Within ${MAX_DAYS} days.`];
  return {
    value: "time",
    text: "At a time",
    fields: { run_at: createField("start-time", "Time", time, { isRequired: true, hint }) },
    read: () => ({ run_at: new Date(time.value).toISOString() }),
    readRecurrence: () => null,
  };
}
