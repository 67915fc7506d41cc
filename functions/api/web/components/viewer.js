// Shows one output large, with ways to the next, the one before, and a copy.
import { busyButton, h } from "../lib/dom.js";
import { beginning, download } from "../lib/download.js";
import { bytes } from "../lib/format.js";
import { problemCard } from "./problem.js";

const TEXT_BYTES = 200_000;

export function canShow({ media_type: type }) {
  return type.startsWith("image/") || type.startsWith("text/") || isJson(type);
}

function isJson(type) {
  return type === "application/json" || type.endsWith("+json");
}

// `fresh(index)` gives the output with an address that works.
export function openViewer(outputs, first, fresh) {
  const caption = h("h2", {});
  const stage = h("div", { class: "stage" });
  const shown = outputs.map((output, index) => (canShow(output) ? index : -1)).filter((index) => index >= 0);
  let at = shown.indexOf(first);
  const before = h("button", { type: "button", "aria-label": "Previous", onclick: () => go(-1) }, "←");
  const after = h("button", { type: "button", "aria-label": "Next", onclick: () => go(1) }, "→");
  const dialog = h("dialog", { class: "viewer", "aria-label": "Output" },
    h("header", {}, caption,
      h("div", { class: "actions" }, before, after,
        busyButton("Download", {}, async () => download(await fresh(shown[at]))),
        h("button", { type: "button", onclick: () => dialog.close() }, "Close"))),
    stage);

  function go(step) {
    if (shown[at + step] === undefined) return;
    at += step;
    show();
  }
  async function show() {
    const turn = at;
    before.disabled = at === 0;
    after.disabled = at === shown.length - 1;
    try {
      const output = await fresh(shown[turn]);
      caption.replaceChildren(output.name, " ", h("small", {}, bytes(output.bytes)));
      const view = await viewOf(output);
      if (turn === at) stage.replaceChildren(view);
    } catch (problem) {
      stage.replaceChildren(problemCard(problem));
    }
  }
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") go(-1);
    if (event.key === "ArrowRight") go(1);
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  show();
}

async function viewOf(output) {
  const type = output.media_type.split(";")[0];
  if (type.startsWith("image/")) return picture(output);
  // Sandboxed: a report is a picture to look at, made from what a stranger sent.
  if (type === "text/html") return h("iframe", { src: output.url, sandbox: "", title: output.name });
  const { text, whole } = await beginning(output, TEXT_BYTES);
  return h("div", {},
    !whole && h("p", { class: "note" }, `The first ${bytes(TEXT_BYTES)} of ${bytes(output.bytes)}.`),
    h("pre", { tabindex: 0 }, whole && isJson(type) ? pretty(text) : text));
}

function picture(output) {
  const image = h("img", { src: output.url, alt: output.name });
  const whole = h("button", { type: "button", class: "zoom", "aria-pressed": "false", title: "Fit, or full size", onclick: () => {
    whole.setAttribute("aria-pressed", String(image.classList.toggle("full")));
  } }, image);
  return whole;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
