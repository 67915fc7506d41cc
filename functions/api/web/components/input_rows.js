// The inputs as rows, if there are several: what each is doing, and what it was refused for.
import { h, renderProse } from "../lib/dom.js";
import { formatBytes } from "../lib/format.js";

/**
 * @import { Inputs, Item } from "../lib/inputs.js"
 */

/** @param {Inputs} inputs */
export function createInputRows(inputs) {
  const element = h("ul", { class: "rows inputs", "aria-label": "Files", hidden: true });
  /** @type {Map<Item, ReturnType<typeof createRow>>} */
  let rows = new Map();
  return {
    element,
    /** Show the files, if there are several. */
    update() {
      const { items, isRunning } = inputs;
      rows = new Map(items.map((item) => [item, rows.get(item) ?? createRow(item, inputs)]));
      rows.forEach((row) => row.update(isRunning));
      const shown = [...rows.values()].map((row) => row.element);
      const isSame =
        shown.length === element.children.length && shown.every((row, at) => row === element.children[at]);
      if (!isSame) element.replaceChildren(...shown);
      element.hidden = items.length < 2;
    },
  };
}

/**
 * @param {Item} item
 * @param {Inputs} inputs
 */
function createRow(item, inputs) {
  const name = item.draft.input instanceof File ? item.draft.input.name : "";
  const state = h("small", {});
  const remove = h(
    "button",
    { type: "button", class: "quiet", "aria-label": `Remove ${name}`, onclick: () => inputs.remove(item) },
    "×",
  );
  const element = h(
    "li",
    { class: "row" },
    h("span", { class: "row-name" }, h("strong", { title: name }, name), state),
    remove,
  );
  let shown = "";
  return {
    element,
    /** @param {boolean} isRunning */
    update(isRunning) {
      remove.hidden = isRunning || item.state === "started";
      const now = JSON.stringify([item.state, Math.round(100 * item.share)]);
      if (now === shown) return;
      shown = now;
      element.className = `row ${item.state}`;
      state.replaceChildren(...renderState(item));
    },
  };
}

/**
 * @param {Item} item
 * @returns {(string | Node)[]}
 */
function renderState({ draft, state, share, problem, address }) {
  const size = draft.input instanceof File ? formatBytes(draft.input.size) : "";
  if (state === "started" && address) return ["Started: ", h("a", { href: address }, "its job")];
  if (state === "refused" && problem) {
    const detail = [problem.detail, ...problem.errors.map((fault) => fault.detail)].filter(Boolean).join(" ");
    return [`${problem.title}. `, h("span", {}, ...renderProse(detail).filter((each) => each !== ""))];
  }
  if (state === "sending") return [share > 0 ? `Sending: ${Math.round(100 * share)} %` : "Sending…"];
  if (state === "waiting" && problem) return [`Waiting: ${problem.title.toLowerCase()}`];
  return [size];
}
