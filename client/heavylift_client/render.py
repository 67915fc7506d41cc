"""Jobs, queues and tasks as tables for a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from heavylift_client.types import Batch, Event, Job, Model, ModelVersion, Output, Queue, Schedule, Task

UNFOLDED_WIDTH = 10_000
"""The width of output that is not for a terminal or that people copy."""
COLORS = {"DONE": "green", "FAILED": "red", "CANCELED": "yellow", "PROCESSING": "cyan"}


@contextmanager
def show_progress(*, hidden: bool = False, indent: str = "") -> Iterator[Callable[[Job], None]]:
    """Show a progress bar on standard error. Yield a function that updates the bar from a job.

    Without a job, as where the API refused it, no bar is left behind.
    """
    columns = (
        TextColumn(indent + "{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as bars:
        bar, phases = bars.add_task("queued", total=None), set()

        def on_change(job: Job) -> None:
            phases.add(job["phase"])
            done, total = job["progress"]["done"], job["progress"]["total"]
            bars.update(bar, description=job["phase"], completed=done, total=total)

        try:
            yield on_change
        finally:
            bars.update(bar, visible=bool(phases))


@contextmanager
def show_upload(*, hidden: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how much of a file is sent. Yield a function that updates it.

    A file that is not uploaded, because it fits into the request, has no bar.
    """
    columns = (TextColumn("sent"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    bars = Progress(*columns, console=Console(stderr=True), disable=hidden)
    bar = bars.add_task("sent", total=None)

    def on_upload(stored: int, size: int) -> None:
        bars.start()
        bars.update(bar, completed=stored, total=size)

    try:
        yield on_upload
    finally:
        if bars.live.is_started:
            bars.stop()


def print_job(job: Job) -> None:
    table = Table.grid(padding=(0, 2))
    error = job["error"] or {}
    for name, value in (
        ("id", job["id"]),
        ("task", job["task"]),
        ("name", job["name"]),
        ("input", _format_input(job)),
        ("reference", job["reference"]),
        ("tags", ", ".join(job["tags"])),
        ("status", _format_status(job)),
        ("phase", job["phase"]),
        ("starts", _format_time(job["run_at"]) if job["run_at"] and job["phase"] == "scheduled" else ""),
        ("waits for", ", ".join(job["waits_for"])),
        ("progress", " · ".join(filter(None, (_format_progress(job), job["progress"]["text"])))),
        ("params", _format_json(job["params"])),
        ("result", _format_json(job["result"])),
        ("outputs", f"{job['outputs']['count']} ({format_bytes(job['outputs']['bytes'])})"),
        ("delivery", _format_delivery(job)),
        ("error", ": ".join(dict.fromkeys(filter(None, (error.get("title"), error.get("detail")))))),
        ("created", _format_time(job["created_at"])),
        ("expires", _format_time(job["expires_at"])),
        ("took", _format_duration(job)),
    ):
        if value:
            table.add_row(Text(name, "dim"), value)
    _print(table)


def print_batch(batch: Batch) -> None:
    print_job(batch)
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
            _format_status(each),
            _format_progress(each),
            _format_time(each["created_at"]),
            _format_duration(each),
        )
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
            _format_time(each["created_at"]),
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
        Text.assemble((_format_time(event["at"]), "dim"), "  ", (f"{where:<14}", "cyan"), "  ", event["text"])
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
        table.add_row(each["name"], str(each["latest"]), str(each["count"]), _format_time(each["updated_at"]))
    _print(table)


def print_model_versions(found: list[ModelVersion]) -> None:
    table = _table("version", "size", "created", "job", "test")
    for each in found:
        test = _format_json(each["result"].get("test"))
        size, created = format_bytes(each["bytes"]), _format_time(each["created_at"])
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
            _format_time(each["next_runs"][0]) if each["next_runs"] else "paused",
            _format_time(last["at"]) if last else "",
            last.get("job_id") or "",
        )
    _print(table)


def print_queues(found: list[Queue]) -> None:
    table = _table("queue", "waiting", "in work", "delayed", "dead letters", "limit", "paused since")
    for each in found:
        numbers = (each["visible"], each["in_flight"], each["delayed"], each["dead_letters"], each["limit"])
        since = _format_time(each["paused_since"]) if each["paused_since"] else ""
        table.add_row(each["name"], *("" if number is None else str(number) for number in numbers), since)
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


def _format_status(job: Job) -> Text:
    return Text(job["status"], COLORS[job["status"]])


def _format_progress(job: Job) -> str:
    total = job["progress"]["total"]
    return f"{job['progress']['done']} of {total}" if total else ""


def _format_input(job: Job) -> str:
    file = job["input"]
    if not file:
        return ""
    size = "not fetched yet" if file["bytes"] is None else format_bytes(file["bytes"])
    return f"{file['name'] or file.get('url') or file['media_type']} ({size})"


def _format_delivery(job: Job) -> str:
    delivery = job.get("delivery")
    if not delivery:
        return ""
    total = "?" if delivery["total"] is None else delivery["total"]
    why = f": {delivery['last_error']}" if delivery["last_error"] else ""
    return f"{delivery['state']}, {delivery['sent']} of {total} to {delivery['url']}{why}"


def _format_duration(job: Job) -> str:
    running_ms = job["timing"].get("running_ms")
    return "" if running_ms is None else f"{running_ms / 1000:.1f} s"


def _format_time(stamp: str) -> str:
    """Return the time in the local time zone, to the second."""
    return datetime.fromisoformat(stamp).astimezone().isoformat(" ", "seconds")


def _format_json(value: dict[str, Any] | None) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def format_bytes(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
