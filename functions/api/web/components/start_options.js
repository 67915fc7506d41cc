// When the jobs of a form start, and in which lane.
import { h } from "../lib/dom.js";
import { createField } from "./field.js";
import { createStartChoices } from "./start_choices.js";

/** @import { Fault } from "../types.js" */

/** @typedef {ReturnType<typeof createStartOptions>} StartOptions */

const LANES = ["standard", "bulk"];
const TITLE = "Start later, again and again, or in the bulk lane";
const OF_BULK = "In the bulk lane, many jobs do not hold up those of others. They may wait longer.";

/** @param {URLSearchParams} query may name a choice: start=schedule */
export function createStartOptions(query) {
  const choices = createStartChoices();
  const select = h(
    "select",
    { onchange: show },
    choices.map(({ value, text }) => h("option", { value, selected: value === query.get("start") }, text)),
  );
  const lane = h("select", {}, ...LANES.map((value) => h("option", { value }, value)));
  const ofStart = createField("start-when", "Start", select, {});
  const ofLane = createField("start-lane", "Lane", lane, { hint: [OF_BULK] });
  const body = h("div", { class: "fields" });
  const summary = h("summary", {}, TITLE);
  const element = h("details", { class: "start-options", open: query.has("start") }, summary, body);
  element.addEventListener("invalid", () => (element.open = true), true); // else a browser can't show what is wrong

  function getChoice() {
    const choice = choices.find(({ value }) => value === select.value);
    if (!choice) throw new Error(`There is no start ${select.value}`);
    return choice;
  }
  function show() {
    const { fields, preview } = getChoice();
    const own = Object.values(fields).map((field) => field.element);
    body.replaceChildren(ofStart.element, ...own, ...(preview ? [preview] : []), ofLane.element);
  }
  function listFields() {
    return Object.entries({ ...getChoice().fields, lane: ofLane });
  }
  show();
  return {
    element,
    /** Return the fields of a submission that differ from their defaults. */
    read: () => ({ ...getChoice().read(), ...(lane.value === LANES[0] ? {} : { lane: lane.value }) }),
    /** Return when a schedule runs, or null if the job is to run once. */
    readRecurrence: () => getChoice().readRecurrence(),
    /**
     * Show each fault at its field. Return the faults that have no field here.
     * @param {Fault[]} faults
     */
    showFaults: (faults) =>
      faults.filter(({ pointer, detail }) => {
        const field = listFields().find(([name]) => pointer === `/${name}`)?.[1];
        field?.showFault(detail);
        return !field;
      }),
    clearFaults: () => listFields().forEach(([, field]) => field.clearFault()),
  };
}
