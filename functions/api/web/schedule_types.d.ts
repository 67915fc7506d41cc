/** What the API answers about schedules. As in types.d.ts, the names are those of the OpenAPI document. */

export interface Schedule {
  name: string;
  cron: string | null;
  rate: string | null;
  timezone: string;
  task: string;
  params: Record<string, unknown>;
  lane: "standard" | "bulk";
  overlap: "skip" | "queue";
  created_at: string;
  paused_since: string | null;
  next_runs: string[];
  last_run: LastRun | null;
  skipped_at: string | null;
  refused: RefusedRun | null;
}

export interface UpcomingRuns {
  next_runs: string[];
}

export interface LastRun {
  at: string;
  job_id: string | null;
}

export interface RefusedRun {
  at: string;
  type: string;
  title: string;
  detail: string;
}

export interface ScheduleList {
  items: Schedule[];
}
