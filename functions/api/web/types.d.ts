/**
 * What the API answers, as far as the page uses it. The names are those of the OpenAPI document;
 * tests/unit/api/test_page_types.py holds the two together. Read by the type check only, never by a browser.
 */

export type Status = "PROCESSING" | "DONE" | "FAILED" | "CANCELED";
export type Phase = "scheduled" | "waiting" | "queued" | "running" | "finished";

export type EventKind =
  | "accepted"
  | "retried"
  | "scheduled"
  | "waiting"
  | "queued"
  | "rescued"
  | "cold-start"
  | "claimed"
  | "log"
  | "split"
  | "progress"
  | "parts"
  | "part-done"
  | "attempt-failed"
  | "released"
  | "ended"
  | "callback";

export interface Job {
  id: string;
  task: string;
  name: string | null;
  reference: string | null;
  tags: string[];
  lane: "standard" | "bulk";
  input: InputView | null;
  status: Status;
  phase: Phase;
  params: Record<string, unknown>;
  progress: Progress;
  attempt: number;
  attempts: FailedAttempt[];
  created_at: string;
  updated_at: string;
  deadline: string;
  expires_at: string;
  run_at: string | null;
  after: string[];
  batch: PlaceInBatch | null;
  waits_for: string[];
  result: Record<string, unknown> | null;
  outputs: OutputsSummary;
  error: ProblemOfJob | null;
  timing: Timing;
  callback: Callback | null;
  delivery: Delivery | null;
  links: Links;
}

export interface PlaceInBatch {
  id: string;
  number: number;
}

export interface Delivery {
  state: "pending" | "delivered" | "failed" | "gone";
  sent: number;
  total: number | null;
  last_error: string | null;
}

export interface InputView {
  name: string | null;
  bytes: number | null;
  media_type: string | null;
  url: string | null;
}

export interface Progress {
  done: number;
  total: number | null;
  text: string | null;
}

export interface FailedAttempt {
  attempt: number;
  error: ProblemOfJob;
  started_at: string | null;
  ended_at: string;
}

export interface ProblemOfJob {
  type: string;
  title: string;
  detail: string;
  retryable: boolean;
}

export interface OutputsSummary {
  count: number;
  bytes: number;
}

export interface Timing {
  queued_ms: number | null;
  running_ms: number | null;
  cold_start: boolean | null;
  cost_usd: number | null;
}

export interface Callback {
  state: "pending" | "delivered" | "failed" | "gone" | "skipped";
  attempts: number;
}

export interface EventList {
  items: Event[];
}

export interface Event {
  at: string;
  kind: EventKind;
  text: string;
  data: Record<string, unknown>;
}

export interface Links {
  self: string;
  outputs: string;
  events: string;
}

export interface JobList {
  items: Job[];
  next: string | null;
}

export interface Output {
  name: string;
  download_name: string;
  media_type: string;
  bytes: number;
  url: string;
}

export interface OutputPage {
  items: Output[];
  count: number;
  next: string | null;
}

export interface Task {
  name: string;
  title: string;
  description: string;
  input: "required" | "optional" | "none";
  accepts: string[];
  limits: Record<string, number>;
  params: JsonSchema;
  job_params: Record<string, OutputNamed>;
  model_params: Record<string, OutputNamed>;
}

export interface OutputNamed {
  task: string;
}

export interface TaskList {
  items: Task[];
}

export interface Queue {
  name: string;
  visible: number;
  in_flight: number;
  delayed: number;
  dead_letters: number;
  limit: number | null;
  paused: boolean;
  paused_since: string | null;
}

export interface QueueDetail extends Queue {
  open: number;
  jobs: Job[];
}

export interface QueueList {
  items: Queue[];
}

export interface RedriveResult {
  jobs: Job[];
  refused: RefusedRedrive[];
  next: string | null;
}

export interface RefusedRedrive {
  id: string;
  type: string;
  title: string;
  detail: string;
}

export interface ManyResult {
  job_ids: string[];
  refused: RefusedJob[];
  next: string | null;
}

export interface RefusedJob {
  id: string;
  type: string;
  title: string;
  detail: string;
}

export interface JobCounts {
  counts: StatusCounts;
  total: number;
  at_least: boolean;
}

export interface StatusCounts {
  PROCESSING: number;
  DONE: number;
  FAILED: number;
  CANCELED: number;
}

export interface Upload {
  upload_id: string;
  url: string;
  fields: Record<string, string>;
  max_bytes: number;
}

export interface UploadPart {
  number: number;
  bytes: number;
  stored: boolean;
  url: string;
}

export interface UploadPartPage {
  items: UploadPart[];
  count: number;
  next: string | null;
}

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors: Fault[] | null;
}

export interface Fault {
  /** RFC 6901: /params/dpi */
  pointer: string;
  detail: string;
}

/** The body of `input` that names an output of another job. */
export interface OutputReference {
  job_id: string;
  output: string;
}

/** The body of `input` that names a url, which a worker fetches. */
export interface UrlReference {
  url: string;
}

/** As much of JSON Schema as Pydantic writes for a task's params. */
export interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: unknown[];
  default?: unknown;
  description?: string;
  deprecated?: boolean;
  examples?: unknown[];
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  maxLength?: number;
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
}
