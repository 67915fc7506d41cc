import { ApiError } from "./api.js";
import { pause } from "./pause.js";

/**
 * Call `show` again and again while the tab is visible, until it returns false or `signal` aborts.
 * A temporary failure does not end it.
 * @param {() => Promise<boolean>} show
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 */
export async function refresh(show, milliseconds, signal) {
  for (let goesOn = true; goesOn;) {
    await pause(milliseconds, signal);
    if (signal.aborted) return;
    if (document.hidden) continue;
    try {
      goesOn = await show();
    } catch (failure) {
      if (signal.aborted) return;
      if (!(failure instanceof ApiError) || !failure.isTemporary) throw failure;
    }
  }
}
