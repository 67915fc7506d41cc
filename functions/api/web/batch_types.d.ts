/** What the API answers about batches. As in types.d.ts, the names are those of the OpenAPI document. */
import type { Job } from "./types.js";

export interface Batch extends Job {
  jobs: BatchJobs;
  cost_usd: number;
  estimated_end: string | null;
  skipped: number;
  skipped_items: SkippedItem[];
}

export interface BatchJobs {
  total: number | null;
  made: number;
  open: number;
  done: number;
  failed: number;
  canceled: number;
}

export interface SkippedItem {
  number: number;
  detail: string;
}

export interface BatchJobList {
  items: Job[];
  next: string | null;
}
