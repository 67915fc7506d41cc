// Sends a file to the store, in parts if it is large.
import { ApiError, call } from "./api.js";
import { sendFile } from "./files.js";
import { MIN_PARTED_BYTES, uploadInParts } from "./upload_parts.js";
import { waitOut } from "./wait_out.js";

/**
 * @import { Answer } from "./api.js"
 * @import { Draft, Watch } from "./submit.js"
 * @import { Task, Upload } from "../types.js"
 */

/**
 * Send the draft's file to the store, unless it is there already. Return what names it as an input. Throws ApiError.
 * @param {Task} task whose jobs may name it
 * @param {File} file
 * @param {Draft} draft
 * @param {Watch} watch
 */
export async function uploadOnce(task, file, draft, watch) {
  if (draft.upload?.task !== task.name) draft.upload = await upload(task, file, watch);
  return { upload_id: draft.upload.id };
}

/**
 * @param {Task} task
 * @param {File} file
 * @param {Watch} watch
 */
async function upload(task, file, watch) {
  const isParted = file.size >= MIN_PARTED_BYTES;
  const json = {
    task: task.name,
    ...(task.accepts.includes(file.type) ? { media_type: file.type } : {}),
    ...(isParted ? { bytes: file.size } : {}),
  };
  /** @type {() => Promise<Answer<Upload>>} */
  const ask = () => call("POST", "v1/uploads", { json, signal: watch.signal });
  if (isParted) {
    const begin = async () => (await waitOut(ask, watch)).body;
    return { task: task.name, id: await uploadInParts(task, file, begin, watch) };
  }
  const { body } = await waitOut(ask, watch);
  if (file.size > body.max_bytes) {
    const [size, max] = [file.size.toLocaleString(), body.max_bytes.toLocaleString()];
    const detail = `The file has ${size} bytes. This task accepts at most ${max} bytes.`;
    throw new ApiError({ title: "The file is too large", detail });
  }
  await sendFile(body, file, watch.onProgress, watch.signal);
  return { task: task.name, id: body.upload_id };
}
