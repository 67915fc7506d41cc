// Saves an output under its name. A link would only open it: the store is another host than the page.
import { Problem } from "./api.js";
import { h } from "./dom.js";

export async function download(output) {
  const answer = await fetch(output.url).catch(() => null);
  if (!answer?.ok) {
    open(output.url, "_blank", "noopener"); // the browser shows what the store says
    return;
  }
  const url = URL.createObjectURL(await answer.blob());
  h("a", { href: url, download: output.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

// The beginning of a text, and whether that is all of it.
export async function beginning(output, limit) {
  const answer = await fetch(output.url, { headers: { Range: `bytes=0-${limit - 1}` } });
  if (!answer.ok) throw new Problem({ title: "The file can't be read", status: answer.status, detail: `The store answered ${answer.status}.` });
  return { text: (await answer.text()).slice(0, limit), whole: output.bytes <= limit };
}
