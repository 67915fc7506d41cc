// Starts what the form of a new job describes, and shows what the API finds wrong at its fields.
import { ApiError } from "../lib/api.js";
import { formatCount } from "../lib/format.js";
import { getAddress } from "../lib/names.js";
import { createSchedule } from "../lib/schedules.js";
import { submit } from "../lib/submit.js";

/**
 * @import { Inputs, Item, Send } from "../lib/inputs.js"
 * @import { Recurrence } from "../lib/schedules.js"
 * @import { Order } from "../lib/submit.js"
 * @import { Task } from "../types.js"
 * @import { SchemaForm } from "./schema_form.js"
 * @import { StartOptions } from "./start_options.js"
 */

/**
 * Start a job for each input, or make a schedule. Throws what is to be shown of those that were refused.
 * @param {Inputs} inputs
 * @param {Task} task
 * @param {SchemaForm} form of its params
 * @param {StartOptions} start
 */
export async function startInputs(inputs, task, form, start) {
  form.clearFaults();
  start.clearFaults();
  const recurrence = start.readRecurrence();
  if (recurrence && inputs.items.length > 1) {
    throw new ApiError({
      title: "A schedule has one file",
      detail: "Remove the others, or start their jobs once.",
    });
  }
  try {
    await inputs.start(task, createSend({ task, params: form.read(), options: start.read() }, recurrence));
    throwRefusal(inputs.items);
  } catch (failure) {
    if (failure instanceof ApiError) failure.errors = start.showFaults(form.showFaults(failure.errors));
    throw failure;
  }
}

/**
 * @param {Order} order
 * @param {Recurrence | null} recurrence
 * @returns {Send}
 */
function createSend(order, recurrence) {
  if (!recurrence) return async (draft, watch) => getAddress(await submit(order, draft, watch));
  return async (draft, watch) =>
    `#/schedules/${(await createSchedule(order, recurrence, draft, watch)).name}`;
}

/**
 * Throw the problem of the inputs that were refused, if there are any.
 * @param {Item[]} items
 */
function throwRefusal(items) {
  const refused = items.filter((item) => item.state === "refused");
  if (!refused[0]?.problem) return;
  throw items.length === 1 ? refused[0].problem : createRefusal(refused);
}

/**
 * Return one problem for several files that were refused.
 * @param {Item[]} refused
 */
function createRefusal(refused) {
  const names = refused.map(({ draft }) => (draft.input instanceof File ? draft.input.name : ""));
  const [first, ...others] = names;
  const rest = "What is started is not started again.";
  if (others.length === 0) {
    return new ApiError({ title: `${first} could not be started`, detail: `Its row says why. ${rest}` });
  }
  return new ApiError({
    title: `${formatCount(names.length, "file")} could not be started`,
    detail: `${names.join(", ")}: their rows say why. ${rest}`,
  });
}
