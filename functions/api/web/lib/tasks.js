// The tasks that the API offers.
import { get } from "./api.js";

/** @import { Task, TaskList } from "../types.js" */

/** @type {Promise<Task[]> | null} */
let loading = null;

/** Return the tasks. They are requested once; after a failure, again. */
export function loadTasks() {
  loading ??= requestTasks().catch((failure) => {
    loading = null;
    throw failure;
  });
  return loading;
}

async function requestTasks() {
  /** @type {TaskList} */
  const list = await get("v1/tasks");
  return list.items;
}

/**
 * Return a task's title, or its name if the API does not offer it any more.
 * @param {string} name
 */
export async function loadTaskTitle(name) {
  return (await loadTasks()).find((task) => task.name === name)?.title ?? name;
}
