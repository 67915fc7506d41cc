// What a job was made from, as this tab remembers it: the API keeps no file names.
const PREFIX = "heavylift-name-";

export function rememberName(jobId, name) {
  sessionStorage.setItem(PREFIX + jobId, name);
}

export function nameOf(job) {
  return sessionStorage.getItem(PREFIX + job.id);
}
