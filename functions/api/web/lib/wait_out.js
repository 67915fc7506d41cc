import { ApiError } from "./api.js";
import { pause } from "./pause.js";

/**
 * @typedef {object} Pauses
 * @property {AbortSignal} signal ends a pause, and with it the waiting
 * @property {(error: ApiError, seconds: number) => void} onPause called before each pause, with what it is for
 */

const PAUSE_S = 5; // where a server in front of the API does not say how long

/**
 * Call `ask` until the API has room for it. After a 429 or a full queue, wait as long as its Retry-After.
 * Throws the ApiError of any other refusal.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {Pauses} pauses
 * @returns {Promise<T>}
 */
export async function waitOut(ask, { signal, onPause }) {
  for (;;) {
    try {
      return await ask();
    } catch (failure) {
      if (signal.aborted || !(failure instanceof ApiError) || !failure.isForLackOfRoom) throw failure;
      const seconds = failure.retryAfter ?? PAUSE_S;
      onPause(failure, seconds);
      await pause(1000 * seconds, signal);
      if (signal.aborted) throw failure;
    }
  }
}
