// Follows a job by long polls: each request lasts until the job changes, 20 seconds at most.
import { call, pause, Problem } from "./api.js";

const WAIT_S = 20;
const PATIENCE_MS = [1000, 2000, 5000, 10000];

// Tells `seen` of each state until the job has ended; `lost` of a problem that may pass, and then null.
export async function follow(job, signal, seen, lost) {
  let etag = null;
  let failures = 0;
  while (job.phase !== "finished" && !signal.aborted) {
    try {
      const headers = { Prefer: `wait=${WAIT_S}`, ...(etag ? { "If-None-Match": etag } : {}) };
      const answer = await call("GET", job.links.self, { headers, signal });
      etag = answer.headers.get("ETag");
      if (failures) lost(null);
      failures = 0;
      if (answer.status !== 304) seen((job = answer.body));
    } catch (problem) {
      if (signal.aborted) return;
      if (!(problem instanceof Problem) || !problem.passing) throw problem;
      lost(problem);
      const wait = PATIENCE_MS[Math.min(failures++, PATIENCE_MS.length - 1)];
      await pause(Math.max(wait, 1000 * (problem.retryAfter ?? 0)), signal);
    }
  }
}
