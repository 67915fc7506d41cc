// What the page submits: one job for each input. This goes on while a person looks at other pages.
import { ApiError } from "./api.js";
import { createDraft } from "./submit.js";

/**
 * @import { Draft, Watch } from "./submit.js"
 * @import { OutputReference, Task, UrlReference } from "../types.js"
 */

/**
 * @typedef {object} Item one input and how far it is
 * @property {Draft} draft
 * @property {"ready" | "sending" | "waiting" | "started" | "refused"} state
 * @property {number} share how much of the file is sent, from 0 to 1
 * @property {number} waitsUntil a time of Date.now(), while it waits
 * @property {ApiError | null} problem why it waits, or was refused
 * @property {string | null} address of the page of what was made of it
 */

/** @typedef {(draft: Draft, watch: Watch) => Promise<string>} Send submits one input; returns the page's address */

export class Inputs extends EventTarget {
  /** @type {Item[]} */
  items = [];
  /** @type {Task | null} of the last run */
  task = null;
  /** @type {unknown} why the last run ended early */
  failure = null;
  /** @type {AbortController | null} of the run that goes on now */
  #run = null;

  get isRunning() {
    return this.#run !== null;
  }

  /** Whether nothing is left to start. */
  get isDone() {
    return this.items.every((item) => item.state === "started");
  }

  /** Whether some inputs are started and others are not. */
  get isPartlyStarted() {
    const started = this.items.filter((item) => item.state === "started");
    return started.length > 0 && started.length < this.items.length;
  }

  listFiles() {
    return this.items.flatMap(({ draft }) => (draft.input instanceof File ? draft.input : []));
  }

  /**
   * Take these inputs in place of those before. One that is there already stays as it is: it makes no second job.
   * @param {(File | OutputReference | UrlReference | null)[]} inputs
   */
  take(inputs) {
    const before = [...this.items];
    this.failure = null;
    this.items = inputs.map((input) => {
      const at = before.findIndex((item) => isSame(item.draft.input, input));
      return before.splice(at, at < 0 ? 0 : 1)[0] ?? createItem(input);
    });
    this.#changed();
  }

  /** @param {Item} item */
  remove(item) {
    this.items = this.items.filter((each) => each !== item);
    this.#changed();
  }

  /** Stop the run. What is not started yet can be started later. */
  stop() {
    this.#run?.abort();
  }

  /**
   * Start a job for each input that has none, one after the other. An input that is refused does not stop the rest.
   * Throws ApiError for what all inputs would be refused for.
   * @param {Task} task
   * @param {Send} send
   */
  async start(task, send) {
    Object.assign(this, { task, failure: null });
    const run = (this.#run = new AbortController());
    for (const item of this.items) if (item.state === "refused") reset(item);
    const next = () => this.items.find((item) => item.state === "ready");
    try {
      for (let item = next(); item && !run.signal.aborted; item = next()) {
        await this.#submit(item, send, run.signal);
      }
    } catch (failure) {
      this.failure = failure;
      throw failure;
    } finally {
      this.#run = null;
      this.#changed();
    }
  }

  /**
   * @param {Item} item
   * @param {Send} send
   * @param {AbortSignal} signal
   */
  async #submit(item, send, signal) {
    const set = (/** @type {Partial<Item>} */ changes) => {
      Object.assign(item, changes);
      this.#changed();
    };
    set({ state: "sending", share: 0 });
    const watch = {
      signal,
      onProgress: (/** @type {number} */ share) => set({ state: "sending", share }),
      onPause: (/** @type {ApiError} */ problem, /** @type {number} */ seconds) =>
        set({ state: "waiting", problem, waitsUntil: Date.now() + 1000 * seconds }),
    };
    try {
      set({ state: "started", address: await send(item.draft, watch), problem: null });
    } catch (failure) {
      if (failure instanceof ApiError && !signal.aborted && !isOfAll(failure)) {
        set({ state: "refused", problem: failure });
        return;
      }
      reset(item);
      if (!signal.aborted) throw failure;
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * @param {File | OutputReference | UrlReference | null} input
 * @returns {Item}
 */
function createItem(input) {
  const draft = createDraft(input);
  return { draft, state: "ready", share: 0, waitsUntil: 0, problem: null, address: null };
}

/** @param {Item} item */
function reset(item) {
  Object.assign(item, { state: "ready", share: 0, problem: null });
}

/**
 * Whether every other input would be refused too: for the key, the settings, or since the API is not reached.
 * @param {ApiError} error
 */
function isOfAll({ status, errors, isUnreachable }) {
  const ofSettings = errors.some(({ pointer }) => /^\/(params|task|lane|run_at|delay_s)\b/.test(pointer));
  return ofSettings || status === 401 || status === 403 || isUnreachable;
}

/**
 * Whether two inputs are the same: a file may be chosen twice.
 * @param {File | OutputReference | UrlReference | null} one
 * @param {File | OutputReference | UrlReference | null} other
 */
function isSame(one, other) {
  if (one === null || other === null) return one === other;
  if (!(one instanceof File)) return JSON.stringify(one) === JSON.stringify(other);
  return (
    other instanceof File &&
    one.name === other.name &&
    one.size === other.size &&
    one.lastModified === other.lastModified
  );
}
