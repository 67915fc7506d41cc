// Where files are dropped or picked.
import { h } from "../lib/dom.js";
import { bytes } from "../lib/format.js";

const NOTHING = "Drop a file here";
const HOW = "or press to choose one";

// `changed` is told whenever there are other files. → {element, files, accept}
export function dropZone(changed) {
  let files = [];
  const picker = h("input", { type: "file", id: "file", multiple: true, class: "unseen", onchange: () => take(picker.files) });
  const what = h("strong", {}, NOTHING);
  const hint = h("span", { class: "hint", id: "file-hint" }, HOW);
  const remove = h("button", { type: "button", hidden: true, onclick: clear }, "Remove");
  const zone = h("label", { class: "drop", for: "file" }, picker, arrow(), what, hint);
  const element = h("div", { class: "zone" }, zone, remove);
  picker.setAttribute("aria-describedby", "file-hint");

  function take(given) {
    if (given.length === 0) return;
    files = [...given];
    what.textContent = files.length === 1 ? files[0].name : `${files.length} files, a job each`;
    hint.textContent = bytes(files.reduce((sum, file) => sum + file.size, 0));
    zone.classList.add("full");
    remove.hidden = false;
    changed(files);
  }
  function clear() {
    files = [];
    picker.value = "";
    what.textContent = NOTHING;
    hint.textContent = HOW;
    zone.classList.remove("full");
    remove.hidden = true;
  }

  // The whole window takes a drop, so that a near miss does not open the file in place of the page.
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.add("over");
  };
  const leave = (event) => event.relatedTarget === null && zone.classList.remove("over");
  const drop = (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take(event.dataTransfer.files);
  };
  return {
    element,
    files: () => files,
    accept: (types) => (picker.accept = types.join(",")),
    listen(signal) {
      addEventListener("dragover", over, { signal });
      addEventListener("dragleave", leave, { signal });
      addEventListener("drop", drop, { signal });
    },
  };
}

function arrow() {
  return h("span", { class: "arrow", "aria-hidden": "true" }, "↑");
}
