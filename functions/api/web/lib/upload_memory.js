// The ids of uploads that were begun, so that a broken one goes on: also after the page was closed.

/** @import { Task } from "../types.js" */

/**
 * @param {Task} task
 * @param {File} file
 */
function getName(task, file) {
  return `heavylift-upload ${JSON.stringify([document.baseURI.split("#")[0], task.name, file.name, file.size, file.lastModified])}`;
}

/**
 * Return the id of an upload of this file that was begun; null if there is none.
 * @param {Task} task
 * @param {File} file
 */
export function recallUpload(task, file) {
  try {
    return localStorage.getItem(getName(task, file));
  } catch {
    return null; // a browser may forbid it: then a broken upload begins anew
  }
}

/**
 * @param {Task} task
 * @param {File} file
 * @param {string | null} id null forgets it
 */
export function rememberUpload(task, file, id) {
  try {
    if (id === null) localStorage.removeItem(getName(task, file));
    else localStorage.setItem(getName(task, file), id);
  } catch {
    // as above
  }
}
