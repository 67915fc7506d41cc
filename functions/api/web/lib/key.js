// The API key: kept for this tab only, asked for when the API wants one.
import { h } from "./dom.js";

const NAME = "heavylift-key";

export function savedKey() {
  return sessionStorage.getItem(NAME);
}

export function forgetKey() {
  sessionStorage.removeItem(NAME);
  showWhetherKept();
}

export function showWhetherKept() {
  document.getElementById("forget-key").hidden = !savedKey();
}

let asking = null; // several calls may be refused at once; one question is enough

// Resolves to whether a key was given.
export function askForKey(why) {
  asking ??= ask(why).finally(() => (asking = null));
  return asking;
}

function ask(why) {
  const field = h("input", {
    id: "api-key", type: "password", name: "key", required: true, autocomplete: "off", spellcheck: "false",
  });
  const dialog = h("dialog", { class: "ask", "aria-labelledby": "ask-title" },
    h("form", { method: "dialog" },
      h("h2", { id: "ask-title" }, "An API key is needed"),
      h("p", {}, why),
      h("label", { for: "api-key" }, "API key"),
      field,
      h("p", { class: "hint" }, "Kept in this tab until it is closed, and sent only to this API."),
      h("div", { class: "actions" },
        h("button", { class: "primary", value: "use" }, "Use this key"),
        h("button", { type: "button", onclick: () => dialog.close("") }, "Not now"))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "use" && field.value.trim();
      if (given) sessionStorage.setItem(NAME, given);
      dialog.remove();
      showWhetherKept();
      resolve(Boolean(given));
    });
  });
}
