// The jobs of a batch, as far as they are looked at.
import { get } from "./api.js";

/** @import { Job } from "../types.js" */
/** @import { BatchJobList } from "../batch_types.js" */

const SHOWN = 20;
const MAX_LIMIT = 100;
const MAX_REQUESTS = 10;

/**
 * Return a page of a batch's jobs in the order of its items. A status is looked for in so many jobs at most: the
 * page may be empty although there is a next one. Throws ApiError.
 * @param {string} id of the batch
 * @param {{ status: string, cursor: string | null }} wanted "" stands for any status
 * @param {AbortSignal} signal
 * @returns {Promise<BatchJobList>}
 */
export async function findJobsOfBatch(id, { status, cursor }, signal) {
  const limit = String(status ? MAX_LIMIT : SHOWN);
  /** @type {Job[]} */
  const items = [];
  let next = cursor;
  for (let requests = 0; requests < MAX_REQUESTS && items.length < SHOWN; requests++) {
    const query = new URLSearchParams({ limit, ...(status && { status }), ...(next && { cursor: next }) });
    /** @type {BatchJobList} */
    const page = await get(`v1/batches/${encodeURIComponent(id)}/jobs?${query}`, { signal });
    items.push(...page.items);
    next = page.next;
    if (next === null) break;
  }
  return { items, next };
}
