// A large file, sent to the store in parts. What has arrived is not sent again.
import { ApiError, call, get } from "./api.js";
import { sendPart } from "./files.js";
import { pause } from "./pause.js";
import { recallUpload, rememberUpload } from "./upload_memory.js";

/**
 * @import { Watch } from "./submit.js"
 * @import { Task, Upload, UploadPart, UploadPartPage } from "../types.js"
 */

/** From this size on a file is sent in parts. */
export const MIN_PARTED_BYTES = 100_000_000;
const MAX_CONCURRENT = 3;
const PAUSES_MS = [1000, 2000, 5000, 10_000];

/**
 * Send what is missing of a file, and return the id of its upload. Throws ApiError; the next call goes on.
 * @param {Task} task
 * @param {File} file
 * @param {() => Promise<Upload>} begin asks for a new upload
 * @param {Watch} watch
 */
export async function uploadInParts(task, file, begin, watch) {
  const begun = recallUpload(task, file);
  if (begun !== null) {
    try {
      return await sendMissing(task, file, begun, watch);
    } catch (failure) {
      if (!(failure instanceof ApiError) || ![404, 410].includes(failure.status)) throw failure;
    }
  }
  const { upload_id: id } = await begin();
  rememberUpload(task, file, id);
  return sendMissing(task, file, id, watch);
}

/**
 * @param {Task} task
 * @param {File} file
 * @param {string} id
 * @param {Watch} watch
 */
async function sendMissing(task, file, id, { signal, onProgress }) {
  const where = `v1/uploads/${id}`;
  try {
    const parts = await listParts(where, signal);
    const size = parts[0]?.bytes ?? 0;
    const sent = parts.map((part) => (part.stored ? part.bytes : 0));
    const report = () => onProgress(sent.reduce((sum, bytes) => sum + bytes, 0) / file.size);
    const missing = parts.filter((part) => !part.stored);
    report();
    const send = async () => {
      for (let part = missing.shift(); part; part = missing.shift()) {
        const { number, bytes } = part;
        const content = file.slice((number - 1) * size, (number - 1) * size + bytes);
        const progress = (/** @type {number} */ loaded) => {
          sent[number - 1] = loaded;
          report();
        };
        await sendWithRetries(where, part, content, progress, signal);
      }
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT }, send));
  } catch (failure) {
    if (!(failure instanceof ApiError) || failure.status !== 409) throw failure; // else it is complete already
  }
  await call("POST", `${where}/complete`, { signal });
  rememberUpload(task, file, null);
  return id;
}

/**
 * @param {string} where
 * @param {UploadPart} part
 * @param {Blob} content
 * @param {(loaded: number) => void} onProgress
 * @param {AbortSignal} signal
 */
async function sendWithRetries(where, part, content, onProgress, signal) {
  let url = part.url;
  for (let tries = 0; ; tries++) {
    try {
      await sendPart(url, content, onProgress, signal);
      return;
    } catch (failure) {
      const delay = PAUSES_MS[tries];
      if (signal.aborted || delay === undefined || !(failure instanceof ApiError)) throw failure;
      onProgress(0);
      await pause(delay, signal);
      if (failure.status === 403) url = await renew(where, part.number, signal); // the URL has ended
    }
  }
}

/**
 * @param {string} where
 * @param {number} number
 * @param {AbortSignal} signal
 */
async function renew(where, number, signal) {
  const part = (await listParts(where, signal)).find((each) => each.number === number);
  return part?.url ?? "";
}

/**
 * @param {string} where
 * @param {AbortSignal} signal
 */
async function listParts(where, signal) {
  /** @type {UploadPart[]} */
  const parts = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    const query = new URLSearchParams({ limit: "1000", ...(cursor ? { cursor } : {}) });
    /** @type {UploadPartPage} */
    const page = await get(`${where}/parts?${query}`, { signal });
    parts.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return parts;
}
