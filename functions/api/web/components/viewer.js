// A dialog that shows one output after another.
import { createBusyButton, h } from "../lib/dom.js";
import { download } from "../lib/download.js";
import { formatBytes } from "../lib/format.js";
import { canShow, renderOutput } from "./output_view.js";
import { renderProblem } from "./problem.js";

/** @import { OutputList } from "../lib/output_list.js" */

/**
 * Open the viewer on the output at the index `first`.
 * @param {OutputList} list
 * @param {number} first
 */
export function openViewer(list, first) {
  const indexes = [...list.outputs.keys()].filter((index) => canShow(list.at(index)));
  let position = indexes.indexOf(first);
  const caption = h("h2", {});
  const stage = h("div", { class: "stage" });
  const previous = h("button", { type: "button", "aria-label": "Previous", onclick: () => go(-1) }, "←");
  const next = h("button", { type: "button", "aria-label": "Next", onclick: () => go(1) }, "→");
  const load = () => list.refresh(indexes[position] ?? first);

  /** @param {number} step */
  function go(step) {
    if (indexes[position + step] === undefined) return;
    position += step;
    void show();
  }
  async function show() {
    const shown = position;
    previous.disabled = position === 0;
    next.disabled = position === indexes.length - 1;
    try {
      const output = await load();
      caption.replaceChildren(output.name, " ", h("small", {}, formatBytes(output.bytes)));
      const view = await renderOutput(output);
      if (shown === position) stage.replaceChildren(view);
    } catch (failure) {
      stage.replaceChildren(renderProblem(failure));
    }
  }
  const save = createBusyButton("Download", {}, async () => {
    try {
      await download(await load());
    } catch (failure) {
      stage.replaceChildren(renderProblem(failure));
    }
  });
  openDialog(go, caption, [previous, next, save], stage);
  void show();
}

/**
 * @param {(step: number) => void} go
 * @param {HTMLElement} caption
 * @param {HTMLElement[]} buttons
 * @param {HTMLElement} stage
 */
function openDialog(go, caption, buttons, stage) {
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const dialog = h(
    "dialog",
    { class: "viewer", "aria-label": "Output" },
    h("header", {}, caption, h("div", { class: "actions" }, buttons, close)),
    stage,
  );
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") go(-1);
    if (event.key === "ArrowRight") go(1);
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
