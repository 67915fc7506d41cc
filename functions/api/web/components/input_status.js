// What the inputs do now, in one line, with the bar of an upload and the button that stops it.
import { announce, h } from "../lib/dom.js";

/**
 * @import { Inputs, Item } from "../lib/inputs.js"
 */

const TICK_MS = 1000;

/** @param {AbortSignal} signal ends the count of seconds */
export function createInputStatus(signal) {
  /** @type {Inputs | null} */
  let inputs = null;
  const bar = h("progress", { max: 1, hidden: true, "aria-label": "Upload progress" });
  const stop = h("button", { type: "button", hidden: true, onclick: () => inputs?.stop() }, "Stop");
  const line = h("p", { class: "hint status", hidden: true });
  const timer = setInterval(draw, TICK_MS); // counts a wait down
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  let announced = "";

  function draw() {
    if (!inputs) return;
    const now = inputs.items.find((item) => item.state === "sending" || item.state === "waiting");
    const share = now?.state === "sending" ? now.share : 0;
    stop.hidden = !inputs.isRunning;
    bar.hidden = share === 0;
    bar.value = share;
    line.textContent = now ? describe(inputs, now) : "";
    line.hidden = line.textContent === "";
    announceWait(now);
  }
  /** @param {Item | undefined} now */
  function announceWait(now) {
    const title = now?.state === "waiting" && now.problem ? now.problem.title : "";
    if (title && title !== announced) announce(`${title}: waiting`);
    announced = title;
  }
  return {
    elements: [bar, stop],
    line,
    /** @param {Inputs} changed */
    update(changed) {
      inputs = changed;
      draw();
    },
  };
}

/**
 * @param {Inputs} inputs
 * @param {Item} now
 */
function describe({ items }, now) {
  const place = items.length > 1 ? `File ${items.indexOf(now) + 1} of ${items.length}. ` : "";
  if (now.state !== "waiting" || !now.problem) return place && `${place}Sending…`;
  const seconds = Math.max(0, Math.ceil((now.waitsUntil - Date.now()) / 1000));
  return `${place}${now.problem.title}: the page waits and goes on by itself in ${seconds} s.`;
}
