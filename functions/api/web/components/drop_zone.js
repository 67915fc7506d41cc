// The place where files are dropped or chosen.
import { h } from "../lib/dom.js";
import { formatBytes } from "../lib/format.js";

const EMPTY = "Drop a file here";
const HINT = "or click to choose one";

/** @param {(files: File[]) => void} onChange called with the files, whenever a person gives others */
export function createDropZone(onChange) {
  /** @type {File[]} */
  let files = [];
  const picker = h("input", { type: "file", id: "file", multiple: true, class: "unseen" });
  const caption = h("strong", {}, EMPTY);
  const hint = h("span", { class: "hint", id: "file-hint" }, HINT);
  const remove = h("button", { type: "button", hidden: true, onclick: clear }, "Remove");
  const zone = h("label", { class: "drop", for: "file" }, picker, renderArrow(), caption, hint);
  picker.setAttribute("aria-describedby", "file-hint");
  picker.addEventListener("change", () => take(picker.files));

  /** @param {FileList | null} given */
  function take(given) {
    const [first, ...others] = given ?? [];
    if (!first) return;
    files = [first, ...others];
    caption.textContent = others.length === 0 ? first.name : `${files.length} files, one job each`;
    hint.textContent = formatBytes(files.reduce((sum, file) => sum + file.size, 0));
    zone.classList.add("full");
    remove.hidden = false;
    onChange(files);
  }
  function clear() {
    files = [];
    picker.value = "";
    caption.textContent = EMPTY;
    hint.textContent = HINT;
    zone.classList.remove("full");
    remove.hidden = true;
  }
  return {
    element: h("div", { class: "zone" }, zone, remove),
    getFiles: () => files,
    /** @param {string[]} types media types that the file dialog offers */
    accept: (types) => (picker.accept = types.join(",")),
    /** @param {AbortSignal} signal */
    listen: (signal) => listenForDrops(zone, take, signal),
  };
}

/**
 * Take drops on the whole window: otherwise a drop beside the zone would open the file in place of the page.
 * @param {HTMLElement} zone
 * @param {(files: FileList | null) => void} take
 * @param {AbortSignal} signal
 */
function listenForDrops(zone, take, signal) {
  addEventListener(
    "dragover",
    (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      zone.classList.add("over");
    },
    { signal },
  );
  addEventListener("dragleave", (event) => event.relatedTarget === null && zone.classList.remove("over"), {
    signal,
  });
  addEventListener(
    "drop",
    (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      take(event.dataTransfer?.files ?? null);
    },
    { signal },
  );
}

function renderArrow() {
  return h("span", { class: "arrow", "aria-hidden": "true" }, "↑");
}
