// What can be asked for, read once.
import { get } from "./api.js";

let reading = null;

export function tasks() {
  reading ??= get("v1/tasks").then((list) => list.items).catch((problem) => {
    reading = null;
    throw problem;
  });
  return reading;
}

export async function titleOf(name) {
  return (await tasks()).find((task) => task.name === name)?.title ?? name;
}
