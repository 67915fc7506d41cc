// The button that saves all outputs of a job or batch as one zip.
import { announce, createBusyButton } from "../lib/dom.js";
import { makeZip, saveFromStore } from "../lib/zip.js";

/**
 * @import { Attempt } from "./problem.js"
 * @import { Job } from "../types.js"
 */

const LABEL = "All as one zip";

/**
 * @param {string} path of the zip
 * @param {AbortSignal} signal
 * @param {Attempt} attempt
 */
export function createZipButton(path, signal, attempt) {
  const button = createBusyButton(LABEL, { class: "zip" }, () => attempt(save));

  async function save() {
    announce("The zip is being made");
    try {
      const zip = await makeZip(path, signal, (made) => (button.textContent = describe(made)));
      if (!signal.aborted) saveFromStore(zip);
      announce("The zip is ready");
    } finally {
      button.textContent = LABEL;
    }
  }
  return button;
}

/** @param {Job} zip */
function describe({ progress: { done, total } }) {
  return total ? `Making the zip: ${done} of ${total}` : "Making the zip…";
}
