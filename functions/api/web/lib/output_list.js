import { get } from "./api.js";

/** @import { Job, Output, OutputPage } from "../types.js" */

const PAGE_SIZE = 60;
const FRESH_MS = 50 * 60 * 1000; // an output's url works for an hour

/** The outputs of a job, as far as they were loaded, each with a url that works. */
export class OutputList {
  /** @type {(Output & { readAt: number })[]} */
  outputs = [];
  count = 0;
  /** @type {string | null} */
  #next = null;
  #path;

  /** @param {Job} job */
  constructor(job) {
    this.#path = job.links.outputs;
  }

  get hasMore() {
    return this.#next !== null;
  }

  /**
   * Load the next page. Throws ApiError.
   * @param {AbortSignal} signal
   * @returns {Promise<number[]>} the indexes of what was loaded
   */
  async loadMore(signal) {
    const query = new URLSearchParams({
      limit: String(PAGE_SIZE),
      ...(this.#next ? { cursor: this.#next } : {}),
    });
    /** @type {OutputPage} */
    const page = await get(`${this.#path}?${query}`, { signal });
    this.#next = page.next;
    this.count = page.count;
    return page.items.map((output) => this.outputs.push({ ...output, readAt: Date.now() }) - 1);
  }

  /**
   * Return a loaded output.
   * @param {number} index
   */
  at(index) {
    const output = this.outputs[index];
    if (!output) throw new RangeError(`There is no output ${index}`);
    return output;
  }

  /**
   * Return a loaded output. Its url is requested again if it may have expired. Throws ApiError.
   * @param {number} index
   */
  async refresh(index) {
    const output = this.at(index);
    if (Date.now() - output.readAt < FRESH_MS) return output;
    const query = new URLSearchParams({ limit: "1", cursor: String(index) });
    /** @type {OutputPage} */
    const page = await get(`${this.#path}?${query}`);
    return Object.assign(output, page.items[0], { readAt: Date.now() });
  }
}
