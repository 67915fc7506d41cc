// Shows something again and again, while somebody may be looking.
import { pause, Problem } from "./api.js";

// `show` resolves to whether it should be called again. A failure that may pass is no reason to stop.
export async function refresh(show, milliseconds, signal) {
  for (let wanted = true; wanted; ) {
    await pause(milliseconds, signal);
    if (signal.aborted) return;
    if (document.hidden) continue;
    try {
      wanted = await show();
    } catch (problem) {
      if (signal.aborted) return;
      if (!(problem instanceof Problem) || !problem.passing) throw problem;
    }
  }
}
