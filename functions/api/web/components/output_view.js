// An output shown in place: a picture, a report or a text.
import { h } from "../lib/dom.js";
import { readBeginning } from "../lib/download.js";
import { formatBytes } from "../lib/format.js";

/** @import { Output } from "../types.js" */

const MAX_TEXT_BYTES = 200_000;

/** @param {Output} output */
export function canShow({ media_type: type }) {
  return type.startsWith("image/") || type.startsWith("text/") || isJson(type);
}

/** @param {string} type */
function isJson(type) {
  return type === "application/json" || type.endsWith("+json");
}

/**
 * Return the view of an output for which `canShow` is true. Throws ApiError.
 * @param {Output} output
 */
export async function renderOutput(output) {
  const [type = ""] = output.media_type.split(";");
  if (type.startsWith("image/")) return renderPicture(output);
  // Sandboxed, so that no script runs: a report holds what somebody's file held.
  if (type === "text/html") return h("iframe", { src: output.url, sandbox: "", title: output.name });
  const { text, isWhole } = await readBeginning(output, MAX_TEXT_BYTES);
  const cut = `Showing the first ${formatBytes(MAX_TEXT_BYTES)} of ${formatBytes(output.bytes)}.`;
  return h(
    "div",
    {},
    !isWhole && h("p", { class: "note" }, cut),
    h("pre", { tabindex: 0 }, isWhole && isJson(type) ? formatJson(text) : text),
  );
}

/** @param {Output} output */
function renderPicture(output) {
  const image = h("img", { src: output.url, alt: output.name });
  const zoom = () => button.setAttribute("aria-pressed", String(image.classList.toggle("full")));
  const button = h(
    "button",
    {
      type: "button",
      class: "zoom",
      "aria-pressed": "false",
      title: "Switch between fit and full size",
      onclick: zoom,
    },
    image,
  );
  return button;
}

/** @param {string} text */
function formatJson(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
