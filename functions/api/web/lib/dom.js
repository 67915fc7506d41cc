// Elements of the page.

/**
 * What an element holds. Nothing is drawn for false, null, undefined and "".
 * @typedef {Node | string | number | false | null | undefined} Child
 */

/**
 * Create an element. Strings become text, never markup, so that nothing in the API's answers is run.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} properties
 *   attributes; a function under the name onclick, onchange and so on is a listener
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice("on".length), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...toNodes(children));
  return element;
}

/**
 * Return what is drawn of `children`.
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
export function toNodes(children) {
  return children.flat().flatMap((child) => {
    if (child === undefined || child === null || child === false || child === "") return [];
    return typeof child === "number" ? String(child) : child;
  });
}

/**
 * Return the element of index.html with this id.
 * @param {string} id
 */
export function findElement(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

/**
 * Return text of the API with the names that it marks with backticks as code.
 * @param {string} text
 * @returns {Child[]}
 */
export function renderProse(text) {
  return text.split("`").map((piece, index) => (index % 2 ? h("code", {}, piece) : piece));
}

/**
 * Have a screen reader read this text.
 * @param {string} text
 */
export function announce(text) {
  const announcer = findElement("announcer");
  if (announcer.textContent !== text) announcer.textContent = text;
}

/**
 * Create a button that is disabled while its action runs. The action handles its own failures.
 * @param {string} label
 * @param {{ class?: string }} properties
 * @param {() => Promise<void>} action
 */
export function createBusyButton(label, properties, action) {
  const button = h("button", { type: "button", ...properties, onclick: () => void run() }, label);
  async function run() {
    button.disabled = true;
    try {
      await action();
    } finally {
      button.disabled = false;
    }
  }
  return button;
}
