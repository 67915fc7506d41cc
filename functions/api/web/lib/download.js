// Outputs, fetched from the file store. Their urls need no API key.
import { ApiError } from "./api.js";
import { h } from "./dom.js";

/** @import { Output } from "../types.js" */

/**
 * Save an output under its download name. A plain link would only open it, because the store is another host.
 * @param {Output} output
 */
export async function download(output) {
  const answer = await fetch(output.url).catch(() => null);
  if (!answer?.ok) {
    open(output.url, "_blank", "noopener"); // the browser shows the store's own error
    return;
  }
  const url = URL.createObjectURL(await answer.blob());
  h("a", { href: url, download: output.download_name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * Return the first `limit` bytes of a text, and whether that is all of it. Throws ApiError.
 * @param {Output} output
 * @param {number} limit
 */
export async function readBeginning(output, limit) {
  const answer = await fetch(output.url, { headers: { Range: `bytes=0-${limit - 1}` } });
  if (!answer.ok) {
    const detail = `The file store answered with status ${answer.status}.`;
    throw new ApiError({ title: "The file can't be read", status: answer.status, detail });
  }
  return { text: (await answer.text()).slice(0, limit), isWhole: output.bytes <= limit };
}
