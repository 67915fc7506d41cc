"""Jobs, queues and tasks as a person reads them at a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from heavylift_client.types import Job, Output, Queue, Task

UNFOLDED = 10_000
"""The width of what is not for a terminal, or is to be copied."""
COLORS = {"DONE": "green", "FAILED": "red", "CANCELED": "yellow", "PROCESSING": "cyan"}


@contextmanager
def progress(*, hidden: bool = False, indent: str = "") -> Iterator[Callable[[Job], None]]:
    """A bar, on standard error; the function inside is called with each state of the job.

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


def job(job: Job) -> None:
    table = Table.grid(padding=(0, 2))
    error = job["error"] or {}
    for name, value in (
        ("id", job["id"]),
        ("task", job["task"]),
        ("status", _status(job)),
        ("phase", job["phase"]),
        ("progress", _progress(job)),
        ("params", _json(job["params"])),
        ("result", _json(job["result"])),
        ("outputs", f"{job['outputs']['count']} ({_bytes(job['outputs']['bytes'])})"),
        ("error", ": ".join(dict.fromkeys(filter(None, (error.get("title"), error.get("detail")))))),
        ("created", _time(job["created_at"])),
        ("expires", _time(job["expires_at"])),
        ("took", _took(job)),
    ):
        if value:
            table.add_row(Text(name, "dim"), value)
    _print(table)


def jobs(found: list[Job]) -> None:
    table = _table("id", "task", "status", "progress", "created", "took")
    for each in found:
        table.add_row(
            each["id"], each["task"], _status(each), _progress(each), _time(each["created_at"]), _took(each)
        )
    _print(table)


def dead_letters(found: list[Job]) -> None:
    table = _table("id", "task", "attempts", "created", "error")
    for each in found:
        error = each["error"] or {}
        table.add_row(
            each["id"], each["task"], str(each["attempt"]), _time(each["created_at"]), error.get("detail", "")
        )
    _print(table)


def redriven(again: list[Job], refused: list[dict[str, str]]) -> None:
    jobs(again)
    for each in refused:
        _print(f"{each['id']} does not run again: {each['detail'] or each['title']}")


def outputs(found: list[Output]) -> None:
    table = _table("name", "type", "size", "url")
    for each in found:
        table.add_row(each["name"], each["media_type"], _bytes(each["bytes"]), each["url"])
    _print(table, width=UNFOLDED)


def tasks(found: list[Task]) -> None:
    table = _table("task", "takes", "params")
    for each in found:
        params = ", ".join(each["params"].get("properties", {}))
        table.add_row(each["name"], ", ".join(each["accepts"]) or "nothing", params)
    _print(table)


def queues(found: list[Queue]) -> None:
    table = _table("queue", "waiting", "in work", "delayed", "dead letters", "limit")
    for each in found:
        numbers = (each["visible"], each["in_flight"], each["delayed"], each["dead_letters"], each["limit"])
        table.add_row(each["name"], *("" if number is None else str(number) for number in numbers))
    _print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    return table


def _print(what: Any, width: int | None = None) -> None:
    # Without markup: what a task or a client wrote is shown as it is.
    console = Console(markup=False, highlight=False, width=width)
    if not console.is_terminal:
        console.width = UNFOLDED
    console.print(what)


def _status(job: Job) -> Text:
    return Text(job["status"], COLORS[job["status"]])


def _progress(job: Job) -> str:
    total = job["progress"]["total"]
    return f"{job['progress']['done']} of {total}" if total else ""


def _took(job: Job) -> str:
    running_ms = job["timing"].get("running_ms")
    return "" if running_ms is None else f"{running_ms / 1000:.1f} s"


def _time(stamp: str) -> str:
    """Here and to the second: it is for people."""
    return datetime.fromisoformat(stamp).astimezone().isoformat(" ", "seconds")


def _json(value: dict[str, Any] | None) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
