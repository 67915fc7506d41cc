"""Values of jobs as text for a terminal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from rich.text import Text

from heavylift_client.types import Job

COLORS = {"DONE": "green", "FAILED": "red", "CANCELED": "yellow", "PROCESSING": "cyan"}


def format_error(job: Job) -> str:
    error = job["error"] or {}
    return ": ".join(dict.fromkeys(filter(None, (error.get("title"), error.get("detail")))))


def format_status(job: Job) -> Text:
    return Text(job["status"], COLORS[job["status"]])


def format_progress(job: Job) -> str:
    total = job["progress"]["total"]
    return f"{job['progress']['done']} of {total}" if total else ""


def format_input(job: Job) -> str:
    file = job["input"]
    if not file:
        return ""
    size = "not fetched yet" if file["bytes"] is None else format_bytes(file["bytes"])
    return f"{file['name'] or file.get('url') or file['media_type']} ({size})"


def format_delivery(job: Job) -> str:
    delivery = job.get("delivery")
    if not delivery:
        return ""
    total = "?" if delivery["total"] is None else delivery["total"]
    why = f": {delivery['last_error']}" if delivery["last_error"] else ""
    return f"{delivery['state']}, {delivery['sent']} of {total} to {delivery['url']}{why}"


def format_duration(job: Job) -> str:
    running_ms = job["timing"].get("running_ms")
    return "" if running_ms is None else f"{running_ms / 1000:.1f} s"


def format_time(stamp: str) -> str:
    """Return the time in the local time zone, to the second."""
    return datetime.fromisoformat(stamp).astimezone().isoformat(" ", "seconds")


def format_json(value: dict[str, Any] | None) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def format_bytes(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
