// Where files are dropped or picked.
import { h } from "./dom.js";
import { bytes } from "./format.js";

// `changed` is told whenever there are other files. → {element, files, accept}
export function dropZone(changed) {
  let files = [];
  const picker = h("input", { type: "file", id: "file", multiple: true, class: "unseen", onchange: () => take(picker.files) });
  const what = h("strong", {}, "Drop a file here");
  const hint = h("span", { class: "hint", id: "file-hint" }, "or press to choose one");
  const element = h("label", { class: "drop", for: "file" }, picker, arrow(), what, hint);
  picker.setAttribute("aria-describedby", "file-hint");

  function take(given) {
    if (given.length === 0) return;
    files = [...given];
    what.textContent = files.length === 1 ? files[0].name : `${files.length} files, a job each`;
    hint.textContent = bytes(files.reduce((sum, file) => sum + file.size, 0));
    element.classList.add("full");
    changed(files);
  }

  // The whole window takes a drop, so that a near miss does not open the file in place of the page.
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    element.classList.add("over");
  };
  const leave = (event) => event.relatedTarget === null && element.classList.remove("over");
  const drop = (event) => {
    event.preventDefault();
    element.classList.remove("over");
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
