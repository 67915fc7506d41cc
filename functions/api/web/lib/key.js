// The API key. It is kept for this tab only.
import { findElement, h } from "./dom.js";

const NAME = "heavylift-key";

export function readKey() {
  return sessionStorage.getItem(NAME);
}

export function forgetKey() {
  sessionStorage.removeItem(NAME);
  updateForgetButton();
}

/** Show the button in the page's header only while there is a key. */
export function updateForgetButton() {
  findElement("forget-key").hidden = !readKey();
}

/**
 * The question that is open now. Several requests may be refused at the same time: one question is enough.
 * @type {Promise<boolean> | null}
 */
let openQuestion = null;

/**
 * Ask for an API key. Return whether one was given.
 * @param {string} reason
 */
export function askForKey(reason) {
  openQuestion ??= openDialog(reason).finally(() => (openQuestion = null));
  return openQuestion;
}

/**
 * @param {string} reason
 * @returns {Promise<boolean>}
 */
function openDialog(reason) {
  const field = h("input", {
    id: "api-key",
    type: "password",
    name: "key",
    required: true,
    autocomplete: "off",
    spellcheck: "false",
  });
  const dialog = h(
    "dialog",
    { class: "ask", "aria-labelledby": "ask-title" },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: "ask-title" }, "API key required"),
      h("p", {}, reason),
      h("label", { for: "api-key" }, "API key"),
      field,
      h(
        "p",
        { class: "hint" },
        "The key stays in this tab until you close it, and is sent to this API only.",
      ),
      h(
        "div",
        { class: "actions" },
        h("button", { class: "primary", value: "use" }, "Use this key"),
        h("button", { type: "button", onclick: () => dialog.close("") }, "Not now"),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const key = dialog.returnValue === "use" ? field.value.trim() : "";
      if (key) sessionStorage.setItem(NAME, key);
      dialog.remove();
      updateForgetButton();
      resolve(key !== "");
    });
  });
}
