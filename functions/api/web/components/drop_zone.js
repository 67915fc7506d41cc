// The place where files are dropped or chosen, or a url is given.
import { h } from "../lib/dom.js";
import { formatBytes } from "../lib/format.js";
import { createUrlField } from "./url_field.js";

const EMPTY = "Drop a file here";
const HINT = "or click to choose one";

/** @typedef {ReturnType<typeof createDropZone>} DropZone */

/**
 * @param {(files: File[]) => void} onChange called with the files, whenever a person gives others; with none to
 *   remove them
 */
export function createDropZone(onChange) {
  const picker = h("input", { type: "file", id: "file", multiple: true, class: "unseen" });
  const caption = h("strong", {}, EMPTY);
  const hint = h("span", { class: "hint", id: "file-hint" }, HINT);
  const remove = h("button", { type: "button", hidden: true, onclick: () => onChange([]) }, "Remove");
  const byUrl = createUrlField(() => onChange([]));
  const zone = h("label", { class: "drop", for: "file" }, picker, renderArrow(), caption, hint);
  picker.setAttribute("aria-describedby", "file-hint");
  picker.addEventListener("change", () => {
    take(picker.files);
    picker.value = ""; // so that the same file can be chosen again
  });

  /** @param {FileList | null} given */
  function take(given) {
    if (!given || given.length === 0 || picker.disabled) return;
    byUrl.clear();
    onChange([...given]);
  }
  return {
    element: h("div", { class: "zone" }, zone, remove, byUrl.element),
    readUrl: byUrl.read,
    /**
     * @param {File[]} files
     * @param {boolean} isLocked whether no others are taken now
     */
    show(files, isLocked) {
      const [first, ...others] = files;
      const name = others.length === 0 ? first?.name : `${files.length} files, one job each`;
      caption.textContent = name ?? EMPTY;
      hint.textContent = first ? formatBytes(files.reduce((sum, file) => sum + file.size, 0)) : HINT;
      remove.textContent = others.length === 0 ? "Remove" : "Remove all";
      remove.hidden = !first || isLocked;
      picker.disabled = isLocked;
      zone.classList.toggle("full", Boolean(first));
    },
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
