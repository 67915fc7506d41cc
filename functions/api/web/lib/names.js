// The name of the file that a job was made from. The API keeps no file names, so this tab remembers them.

const PREFIX = "heavylift-name-";

/**
 * @param {string} jobId
 * @param {string} name
 */
export function rememberName(jobId, name) {
  sessionStorage.setItem(PREFIX + jobId, name);
}

/**
 * Return the name, or null if this tab does not know it.
 * @param {{ id: string }} job
 */
export function recallName(job) {
  return sessionStorage.getItem(PREFIX + job.id);
}
