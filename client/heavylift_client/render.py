"""Jobs, queues and tasks as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from heavylift_client.formats import (
    format_bytes,
    format_delivery,
    format_duration,
    format_error,
    format_input,
    format_json,
    format_progress,
    format_status,
    format_time,
)
from heavylift_client.types import Batch, Event, Job, Model, ModelVersion, Output, Queue, Schedule, Task

UNFOLDED_WIDTH = 10_000
"""The width of output that is not for a terminal or that people copy."""


def print_job(job: Job) -> None:
    rows = (
        ("id", job["id"]),
        ("task", job["task"]),
        ("name", job["name"]),
        ("input", format_input(job)),
        ("reference", job["reference"]),
        ("tags", ", ".join(job["tags"])),
        ("status", format_status(job)),
        ("phase", job["phase"]),
        ("starts", format_time(job["run_at"]) if job["run_at"] and job["phase"] == "scheduled" else ""),
        ("waits for", ", ".join(job["waits_for"])),
        ("progress", " · ".join(filter(None, (format_progress(job), job["progress"]["text"])))),
        ("params", format_json(job["params"])),
        ("result", format_json(job["result"])),
        ("outputs", f"{job['outputs']['count']} ({format_bytes(job['outputs']['bytes'])})"),
        ("delivery", format_delivery(job)),
        ("error", format_error(job)),
        *_time_rows(job),
    )
    _print_rows(rows)


def print_batch(batch: Batch) -> None:
    rows = (
        ("id", batch["id"]),
        ("task", f"batch of {batch['params']['task']}"),
        ("name", batch["name"]),
        ("reference", batch["reference"]),
        ("tags", ", ".join(batch["tags"])),
        ("status", format_status(batch)),
        ("progress", format_progress(batch)),
        ("params", format_json(batch["params"]["params"])),
        ("error", format_error(batch)),
        *_time_rows(batch),
    )
    _print_rows(rows)
    counts = batch["jobs"]
    table = _table("jobs", "made", "open", "done", "failed", "canceled", "skipped", "cost")
    numbers = (counts[name] for name in ("made", "open", "done", "failed", "canceled"))
    total = "?" if counts["total"] is None else str(counts["total"])
    table.add_row(total, *map(str, numbers), str(batch["skipped"]), f"${batch['cost_usd']:.6f}")
    _print(table)


def print_jobs(found: list[Job]) -> None:
    table = _table("id", "task", "name", "status", "progress", "created", "took")
    for each in found:
        table.add_row(
            each["id"],
            each["task"],
            name_job(each),
            format_status(each),
            format_progress(each),
            format_time(each["created_at"]),
            format_duration(each),
        )
    _print(table)


def print_failures(rows: list[tuple[str, str, str, str]]) -> None:
    """Print what is not DONE: its name, status, job and the reason."""
    table = _table("not done", "status", "job", "why")
    for row in rows:
        table.add_row(*row)
    _print(table)


def print_dead_letters(found: list[Job]) -> None:
    table = _table("id", "task", "name", "attempts", "created", "error")
    for each in found:
        error = each["error"] or {}
        table.add_row(
            each["id"],
            each["task"],
            name_job(each),
            str(each["attempt"]),
            format_time(each["created_at"]),
            error.get("detail", ""),
        )
    _print(table)


def name_job(job: Job) -> str:
    """Return the job's name, or else that of its file; empty if it has neither."""
    file = job["input"]
    return job["name"] or (file["name"] if file else None) or ""


def print_redriven(redriven: list[Job], refused: list[dict[str, str]]) -> None:
    print_jobs(redriven)
    for each in refused:
        _print(f"{each['id']} does not run again: {each['detail'] or each['title']}")


def print_event(event: Event) -> None:
    """Print an event on one line: its time, its kind, its text. A line of log has no kind, but its part."""
    data = event["data"]
    where = f"{event['kind']}"
    if event["kind"] == "log":
        where = f"part {data['part']}" if "part" in data else "log"
    _print(
        Text.assemble((format_time(event["at"]), "dim"), "  ", (f"{where:<14}", "cyan"), "  ", event["text"])
    )


def print_outputs(found: list[Output]) -> None:
    table = _table("name", "type", "size", "url")
    for each in found:
        table.add_row(each["name"], each["media_type"], format_bytes(each["bytes"]), each["url"])
    _print(table, width=UNFOLDED_WIDTH)


def print_tasks(found: list[Task]) -> None:
    table = _table("task", "takes", "params")
    for each in found:
        params = ", ".join(each["params"].get("properties", {}))
        table.add_row(each["name"], ", ".join(each["accepts"]) or "nothing", params)
    _print(table)


def print_models(found: list[Model]) -> None:
    table = _table("model", "newest", "versions", "updated")
    for each in found:
        table.add_row(each["name"], str(each["latest"]), str(each["count"]), format_time(each["updated_at"]))
    _print(table)


def print_model_versions(found: list[ModelVersion]) -> None:
    table = _table("version", "size", "created", "job", "test")
    for each in found:
        test = format_json(each["result"].get("test"))
        size, created = format_bytes(each["bytes"]), format_time(each["created_at"])
        table.add_row(each["reference"], size, created, each["job_id"], test)
    _print(table)


def print_schedules(found: list[Schedule]) -> None:
    table = _table("schedule", "task", "when", "next", "last", "job")
    for each in found:
        last = each["last_run"] or {}
        table.add_row(
            each["name"],
            each["task"],
            each["rate"] or f"{each['cron']} {each['timezone']}",
            format_time(each["next_runs"][0]) if each["next_runs"] else "paused",
            format_time(last["at"]) if last else "",
            last.get("job_id") or "",
        )
    _print(table)


def print_queues(found: list[Queue]) -> None:
    table = _table("queue", "waiting", "in work", "delayed", "dead letters", "limit", "paused since")
    for each in found:
        numbers = (each["visible"], each["in_flight"], each["delayed"], each["dead_letters"], each["limit"])
        since = format_time(each["paused_since"]) if each["paused_since"] else ""
        table.add_row(each["name"], *("" if number is None else str(number) for number in numbers), since)
    _print(table)


def _time_rows(job: Job) -> tuple[tuple[str, str], ...]:
    return (
        ("created", format_time(job["created_at"])),
        ("expires", format_time(job["expires_at"])),
        ("took", format_duration(job)),
    )


def _print_rows(rows: Iterable[tuple[str, Any]]) -> None:
    """Print names and values, without those that are empty."""
    table = Table.grid(padding=(0, 2))
    for name, value in rows:
        if value:
            table.add_row(Text(name, "dim"), value)
    _print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    return table


def _print(what: Any, width: int | None = None) -> None:
    # No markup: text of a task or a client is printed as it is.
    console = Console(markup=False, highlight=False, width=width)
    if not console.is_terminal:
        console.width = UNFOLDED_WIDTH
    console.print(what)
