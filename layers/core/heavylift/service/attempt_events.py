"""The events of one unit, a job or a part: its claims, its failed attempts, its log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from heavylift.jobs.job import Job, Part
from heavylift.jobs.states import Phase, Status
from heavylift.service.event import Event, EventKind, to_iso


def number_of(part: Part) -> int:
    """Return the part's number, from 1."""
    return int(part.id.rpartition("#")[2])


def _about(unit: Job | Part) -> dict[str, Any]:
    """Return what the data of each event of a part has."""
    return {"part": number_of(unit)} if isinstance(unit, Part) else {}


def _name(unit: Job | Part) -> str:
    return f"part {number_of(unit)}" if isinstance(unit, Part) else "the job"


def tell_claims(unit: Job | Part, *, after: float) -> Iterator[Event]:
    """Yield the claims whose time the record has: of each failed attempt, and the last one."""
    claims = {each["started_at"]: each["attempt"] for each in unit.attempts if each["started_at"]}
    if unit.started_at:
        claims.setdefault(unit.started_at, 1)
    if unit.claimed_at:
        claims.setdefault(unit.claimed_at, max(1, min(unit.attempt, unit.max_attempts)))
    for at, attempt in claims.items():
        if at < after:
            continue  # of the run before a retry: its attempts are no longer recorded
        data = {"attempt": attempt, "max_attempts": unit.max_attempts, **_about(unit)}
        if unit.cold_start and at == unit.claimed_at:
            yield Event(at, EventKind.COLD_START, f"A new worker was started for {_name(unit)}.", data)
        joins = isinstance(unit, Job) and unit.split_at is not None and at > unit.split_at
        what = "the job, to join its parts" if joins else _name(unit)
        text = f"A worker took {what}: attempt {attempt} of {unit.max_attempts}."
        yield Event(at, EventKind.CLAIMED, text, data)


def tell_failures(unit: Job | Part) -> Iterator[Event]:
    """Yield the attempts that failed, with the reason, and when the next one may begin."""
    waits = unit.phase == Phase.QUEUED and unit.status == Status.PROCESSING
    for each in unit.attempts:
        error = each["error"]
        data = {"attempt": each["attempt"], "error": error, **_about(unit)}
        if waits and each is unit.attempts[-1] and unit.again_at and unit.again_at > each["ended_at"]:
            data["again_at"] = to_iso(unit.again_at)
        where = f" at {_name(unit)}" if isinstance(unit, Part) else ""
        text = f"Attempt {each['attempt']}{where} failed: {describe_error(error)}"
        yield Event(each["ended_at"], EventKind.ATTEMPT_FAILED, text, data)


def describe_error(error: dict[str, Any]) -> str:
    """Return the title and the detail of a problem as sentences."""
    title, detail = error["title"].rstrip("."), error["detail"]
    return f"{title}." if detail in (title, error["title"]) else f"{title}. {detail}"


def tell_returns(unit: Job | Part, *, after: float) -> Iterator[Event]:
    """Yield when a worker last put the unit back, and when the janitor last sent its message again."""
    if unit.released_at and unit.released_at >= after:
        text = f"The worker put {_name(unit)} back into the queue. This attempt does not count."
        data = {"again_at": to_iso(unit.again_at), **_about(unit)}
        yield Event(unit.released_at, EventKind.RELEASED, text, data)
    if unit.rescued_at and unit.rescued_at >= after and unit.rescues:
        text = f"The janitor sent the message of {_name(unit)} again."
        yield Event(unit.rescued_at, EventKind.RESCUED, text, {"times": unit.rescues, **_about(unit)})


def tell_log(unit: Job | Part) -> Iterator[Event]:
    """Yield the lines that the task has logged."""
    for line in unit.log or []:
        yield Event(line["at"], EventKind.LOG, line["text"], {"attempt": line["attempt"], **_about(unit)})
