// Files of a person: whether they can be read, and sending them to the file store.
import { ApiError } from "./api.js";

/** @import { Upload } from "../types.js" */

/**
 * Throw ApiError for a folder, and for a file that has changed or gone since it was chosen. A browser would only
 * say that the request failed, as it does without a network.
 * @param {File} file
 */
export async function checkReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    const detail = "It is a folder, or it was changed or moved after you chose it. Choose it again.";
    throw new ApiError({ title: "The file can't be read", detail });
  }
}

/**
 * Send a file to the store. By XMLHttpRequest, since fetch does not report its progress. Throws ApiError.
 * @param {Upload} upload
 * @param {File} file
 * @param {(share: number) => void} onProgress called with the share of the file that is sent, from 0 to 1
 * @param {AbortSignal} signal ends it early
 * @returns {Promise<void>}
 */
export function sendFile({ url, fields }, file, onProgress, signal) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(createUploadError(request.status)));
    request.onerror = request.onabort = () => reject(createUploadError(0));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/**
 * Send one part of a file to its URL. Throws ApiError.
 * @param {string} url
 * @param {Blob} content
 * @param {(loaded: number) => void} onProgress called with the number of bytes that are sent
 * @param {AbortSignal} signal ends it early
 * @returns {Promise<void>}
 */
export function sendPart(url, content, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(createUploadError(request.status)));
    request.onerror = request.onabort = () => reject(createUploadError(0));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(content);
  });
}

/** @param {number} status */
function createUploadError(status) {
  const detail = status
    ? `The file store answered with status ${status}.`
    : "This browser can't reach the file store.";
  return new ApiError({ title: "The upload failed", status, detail });
}
