// Submits jobs with the generated types: without an input, by an upload, as a form. Prints their ends.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Job = components["schemas"]["JobView"];

declare const process: { argv: string[] };
const [baseUrl, key, text] = process.argv.slice(2) as [string, string, string];
const { GET, POST } = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
const file = new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]);

async function finish({ data, error }: { data?: Job; error?: unknown }): Promise<Job> {
  for (const deadline = Date.now() + 90_000; data && data.phase !== "finished" && Date.now() < deadline;) {
    const path = { job_id: data.id };
    ({ data, error } = await GET("/v1/jobs/{job_id}", { params: { path, header: { Prefer: "wait=10" } } }));
  }
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

async function sendFile() {
  const { data, error } = await POST("/v1/uploads", { body: { task: "pdf-to-images" } });
  if (!data) throw new Error(JSON.stringify(error));
  const form = new FormData();
  for (const [name, value] of Object.entries(data.fields)) form.append(name, value);
  form.append("file", file);
  const { ok, status } = await fetch(data.url, { method: "POST", body: form });
  if (!ok) throw new Error(`the store answered ${status}`);
  return data.upload_id;
}

async function countOutputs(job: Job) {
  const { data } = await GET("/v1/jobs/{job_id}/outputs", { params: { path: { job_id: job.id } } });
  return data?.count;
}

const message = await finish(
  await POST("/v1/jobs", { body: { task: "message", params: { message: "by TypeScript", seconds: 0 } } }),
);
const byUpload = await finish(
  await POST("/v1/jobs", {
    body: { task: "pdf-to-images", input: { upload_id: await sendFile() }, params: { dpi: 36 } },
  }),
);
const byForm = await finish(
  await POST("/v1/jobs", {
    body: { task: "pdf-to-images", params: '{"dpi": 36}', file: "" },
    bodySerializer: ({ task, params }) => {
      const form = new FormData();
      form.append("task", task);
      if (typeof params === "string") form.append("params", params);
      form.append("file", file, "a.pdf");
      return form;
    },
  }),
);
const jobs = [message, byUpload, byForm];
console.log(
  JSON.stringify(await Promise.all(jobs.map(async (job) => [job.status, await countOutputs(job)]))),
);
