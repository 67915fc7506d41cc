// Requests to the API.
import { askForKey, readKey } from "./key.js";

/** @import { Fault, Problem } from "../types.js" */

const UNREACHABLE = "about:unreachable";

/** A problem document (RFC 9457) of the API, or one made here for a request that did not reach the API. */
export class ApiError extends Error {
  /**
   * @param {Partial<Problem> & { title: string }} problem
   * @param {number | null} retryAfter seconds
   */
  constructor({ type, title, status, detail, errors }, retryAfter = null) {
    super(title);
    this.type = type ?? "about:blank";
    this.title = title;
    this.status = status ?? 0;
    this.detail = detail ?? "";
    /** @type {Fault[]} */
    this.errors = errors ?? [];
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later: the API is busy, or was not reached. */
  get isTemporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** Whether the request was refused only because there were too many: it may be sent again after `retryAfter`. */
  get isForLackOfRoom() {
    return this.status === 429 || (this.status === 503 && this.retryAfter !== null);
  }

  get isUnreachable() {
    return this.type === UNREACHABLE;
  }

  get isFromApi() {
    return this.type.startsWith("/problems/");
  }
}

/**
 * @template T
 * @typedef {{ status: number, headers: Headers, body: T }} Answer
 */

/**
 * @typedef {object} CallOptions
 * @property {unknown} [json] the body, sent as JSON
 * @property {FormData} [form] the body, sent as a form
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 */

/**
 * @param {CallOptions} options
 * @returns {Record<string, string>}
 */
function createHeaders({ json, headers }) {
  const key = readKey();
  return {
    ...(key ? { Authorization: `Bearer ${key}` } : {}),
    ...(json === undefined ? {} : { "Content-Type": "application/json" }),
    ...headers,
  };
}

/**
 * Send a request. After a 401, ask for an API key and send the request again.
 * The answer's body is null if the API sent none. Throws ApiError.
 * @template T
 * @param {string} method
 * @param {string} path below the page's own address; links in the API's answers are whole paths already
 * @param {CallOptions} options
 * @returns {Promise<Answer<T>>}
 */
export async function call(method, path, options = {}) {
  const { json, form, signal } = options;
  const answer = await send(new URL(path, document.baseURI).href, {
    method,
    signal: signal ?? null,
    cache: "no-store",
    headers: createHeaders(options),
    body: json === undefined ? (form ?? null) : JSON.stringify(json),
  });
  if (answer.ok || answer.status === 304) {
    const text = await answer.text();
    /** @type {unknown} */
    const body = text ? JSON.parse(text) : null;
    return { status: answer.status, headers: answer.headers, body: /** @type {T} */ (body) };
  }
  const error = await readError(answer);
  if (error.status === 401 && (await askForKey(error.detail || error.title))) {
    return call(method, path, options);
  }
  throw error;
}

/**
 * Return the body of a GET.
 * @template T
 * @param {string} path
 * @param {CallOptions} [options]
 * @returns {Promise<T>}
 */
export async function get(path, options) {
  /** @type {Answer<T>} */
  const answer = await call("GET", path, options);
  return answer.body;
}

/**
 * @param {string} url
 * @param {RequestInit} options
 */
async function send(url, options) {
  try {
    return await fetch(url, options);
  } catch (failure) {
    if (failure instanceof Error && failure.name === "AbortError") throw failure;
    throw new ApiError({
      type: UNREACHABLE,
      title: "The API can't be reached",
      detail: "Check your connection, and that the stack is running.",
    });
  }
}

/** @param {Response} answer */
async function readError(answer) {
  const retryAfter = Number(answer.headers.get("Retry-After")) || null;
  /** @type {unknown} */
  const json = await answer.json().catch(() => null);
  const body = /** @type {Partial<Problem & { message: string }> | null} */ (json);
  if (body?.title) return new ApiError({ ...body, title: body.title }, retryAfter);
  return new ApiError(
    {
      title: "The request did not reach the API",
      status: answer.status,
      detail: body?.message ?? `A server in front of the API answered with status ${answer.status}.`,
    },
    retryAfter,
  );
}
