// All outputs of a job or batch as one zip, which the API makes when it is first asked for.
import { ApiError, call } from "./api.js";
import { h } from "./dom.js";
import { follow } from "./follow.js";

/**
 * @import { Answer } from "./api.js"
 * @import { Job, Output } from "../types.js"
 */

const MAX_TRIES = 3;

/**
 * Return the zip as an output, once it is made. Throws ApiError.
 * @param {string} path of the zip
 * @param {AbortSignal} signal
 * @param {(zip: Job) => void} onChange called with the job that makes the zip
 * @returns {Promise<Output>}
 */
export async function makeZip(path, signal, onChange) {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    /** @type {Answer<Output | Job>} */
    const answer = await call("GET", path, {
      headers: { Accept: "application/json" },
      signal,
    });
    if (!("status" in answer.body)) return answer.body;
    onChange(answer.body);
    await follow(answer.body, signal, onChange, () => {});
  }
  throw new ApiError({ title: "The zip can't be made", detail: "Its job was canceled again and again." });
}

/**
 * Save a large output. The browser reads it from the store itself: it is never whole in the page's memory.
 * @param {Output} output
 */
export function saveFromStore(output) {
  h("a", { href: output.url, download: output.download_name, rel: "noopener" }).click();
}
