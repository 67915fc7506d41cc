// Calls of the API. What goes wrong is always a Problem, whoever it was that failed.
import { askForKey, savedKey } from "./key.js";

// RFC 9457, as the API sends it; made up here for what never reached the API.
export class Problem extends Error {
  constructor({ type = "about:blank", title, status = 0, detail = "", errors = [] }, retryAfter = null) {
    super(title);
    Object.assign(this, { type, title, status, detail, errors, retryAfter });
  }

  // Worth another try by itself: the API is busy, or was not reached.
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  get fromTheApi() {
    return this.type.startsWith("/problems/");
  }
}

// Where `path` is, below the page's own address; links in the API's answers are whole paths already.
export function address(path) {
  return new URL(path, document.baseURI).href;
}

// → {body, headers, status}; body is parsed JSON, or null where there is none. Asks for a key on a 401.
export async function call(method, path, { json, form, headers = {}, signal } = {}) {
  const key = savedKey();
  const answer = await send(address(path), {
    method,
    signal,
    cache: "no-store",
    headers: {
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: json === undefined ? form : JSON.stringify(json),
  });
  if (answer.ok || answer.status === 304) {
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
  }
  const problem = await problemOf(answer);
  if (problem.status === 401 && (await askForKey(problem.detail || problem.title))) {
    return call(method, path, { json, form, headers, signal });
  }
  throw problem;
}

export async function get(path, options) {
  return (await call("GET", path, options)).body;
}

async function send(url, options) {
  try {
    return await fetch(url, options);
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Problem({ title: "The API can't be reached", detail: "Check the connection, and that the stack is up." });
  }
}

async function problemOf(answer) {
  const retryAfter = Number(answer.headers.get("Retry-After")) || null;
  const said = await answer.json().catch(() => ({}));
  if (said.title) return new Problem({ ...said, errors: said.errors ?? [] }, retryAfter);
  const detail = said.message ?? `Something in front of the API answered ${answer.status}.`;
  return new Problem({ title: "The request did not get through", status: answer.status, detail }, retryAfter);
}

// A key for one submission: sent again after a lost answer, it finds the same job.
export function idempotencyKey() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
