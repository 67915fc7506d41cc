// Makes elements. Text is always set as text, so nothing that a stranger wrote becomes markup.

export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

// The API's descriptions mark names with backticks.
export function prose(text) {
  return text.split("`").map((piece, index) => (index % 2 ? h("code", {}, piece) : piece));
}

export function announce(text) {
  const announcer = document.getElementById("announcer");
  if (announcer.textContent !== text) announcer.textContent = text;
}

// A button that is off while its action runs.
export function busyButton(label, properties, action) {
  const button = h("button", { type: "button", ...properties, onclick: run }, label);
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

// A place that is drawn again only when what `keyOf` picks has changed: what is open or focused stays so.
export function drawn(keyOf, draw) {
  const element = h("div", { class: "drawn" });
  let key;
  return {
    element,
    async update(value) {
      const now = JSON.stringify(keyOf(value));
      if (now === key) return;
      key = now;
      const made = await draw(value);
      if (key !== now) return; // something newer was drawn meanwhile
      const link = element.contains(document.activeElement) && document.activeElement.getAttribute("href");
      element.replaceChildren(...[made].flat().filter(Boolean));
      if (link) element.querySelector(`[href="${CSS.escape(link)}"]`)?.focus();
    },
  };
}
