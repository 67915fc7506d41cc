"""A job's own story: what happened to it and when, from its record and its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from heavylift.jobs.job import BATCH_TASK, Job
from heavylift.jobs.states import Phase, Status
from heavylift.service.attempt_events import (
    describe_error,
    tell_claims,
    tell_failures,
    tell_log,
    tell_returns,
)
from heavylift.service.event import Event, EventKind, count_of, sort_events, to_iso
from heavylift.service.later_events import is_due, tell_later, was_queued
from heavylift.service.part_events import Parts, tell_parts
from heavylift.webhooks.delivery_state import Callback


@dataclass(frozen=True)
class Line:
    """The line in which a queued job waits."""

    waiting: int
    """About how many messages wait in the queue, this one included."""
    estimate_s: float | None = None
    """Seconds until the job probably starts; None if nothing is known to estimate from."""
    paused: bool = False
    """Whether an operator has paused the queue."""


def tell_story(job: Job, parts: Parts, line: Line | None, now: float) -> list[Event]:
    """Return the events of the job until `now`, oldest first. `line`: of a job that waits to be claimed."""
    began = max(job.retried_at or 0, job.ready_at)
    own = _own_attempts(job, parts)
    events = [
        Event(job.created_at, EventKind.ACCEPTED, "The job was accepted.", {"task": job.task}),
        *_tell_retry(job),
        *tell_later(job),
        *([_tell_wait(job, parts, line, began)] if was_queued(job, now) else []),
        *tell_claims(own, after=began),
        *tell_failures(own),
        *tell_returns(job, after=began),
        *tell_log(job),
        *_tell_split(job),
        *([] if job.task == BATCH_TASK else tell_parts(job, parts, after=began)),
        *([] if job.task == BATCH_TASK else _tell_progress(job)),
        *_tell_end(job),
        *_tell_callbacks(job),
    ]
    return sort_events(events)


def is_waiting(job: Job, now: float) -> bool:
    """Return whether the job waits in its queue for its first attempt."""
    in_queue = job.phase == Phase.QUEUED or is_due(job, now)
    return in_queue and job.started_at is None and not job.parts_open


def _own_attempts(job: Job, parts: Parts) -> Job:
    """Return the job without the failed attempts that are those of a part: a part that fails its job."""
    of_parts = [attempt for part in parts.read for attempt in part.attempts]
    return replace(job, attempts=[each for each in job.attempts if each not in of_parts])


def _tell_retry(job: Job) -> Iterator[Event]:
    if job.retried_at:
        text = "A client asked to run the job again. Earlier attempts are no longer listed."
        yield Event(job.retried_at, EventKind.RETRIED, text)


def _tell_wait(job: Job, parts: Parts, line: Line | None, began: float) -> Event:
    starts = [job.started_at, *(part.started_at for part in parts.read)]
    started = min((at for at in starts if at and at >= began), default=None)
    data: dict[str, object] = {"queue": job.queue}
    text = f"The job waits in the queue {job.queue}."
    if started:
        data["waited_ms"] = round((started - began) * 1000)
        text = f"The job waited {_describe_seconds(started - began)} in the queue {job.queue}."
    elif job.ended:
        text = f"The job waited in the queue {job.queue}. No worker took it."
    elif line:
        data |= {"waiting": line.waiting, "estimate_s": line.estimate_s}
        text += f" Messages that wait there: about {line.waiting:,}, in no strict order."
        if line.paused:
            data["paused"] = True
            text += " An operator has paused the queue."
        elif line.estimate_s is not None:
            text += f" It starts in about {_describe_seconds(line.estimate_s)}."
    return Event(began, EventKind.QUEUED, text, data)


def _describe_seconds(seconds: float) -> str:
    if seconds < 60:
        return f"{max(0.0, seconds):.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _tell_split(job: Job) -> Iterator[Event]:
    if job.split_at and job.parts_total:
        text = f"The job was split into {count_of(job.parts_total, 'part')}."
        if job.task == BATCH_TASK:
            text = f"Its items were checked: the batch has {count_of(job.parts_total, 'job')}."
        yield Event(job.split_at, EventKind.SPLIT, text, {"parts": job.parts_total})


def _tell_progress(job: Job) -> Iterator[Event]:
    if job.phase == Phase.RUNNING and job.total:
        text = f"{job.done:,} of {job.total:,} done."
        data = {"done": job.done, "total": job.total, "text": job.progress_text}
        yield Event(job.updated_at, EventKind.PROGRESS, job.progress_text or text, data)


def _tell_end(job: Job) -> Iterator[Event]:
    if not job.ended or not job.ended_at:
        return
    data: dict[str, object] = {"status": job.status}
    match job.status:
        case Status.DONE:
            count = (job.outputs or {}).get("count", 0)
            text, data = f"The job is DONE, with {count_of(count, 'output')}.", {**data, "outputs": count}
        case Status.CANCELED:
            text = "A client canceled the job."
        case _:
            text = f"The job is FAILED: {describe_error(job.error or {'title': 'failed', 'detail': ''})}"
            data["error"] = job.error
    yield Event(job.ended_at, EventKind.ENDED, text, data)


def _tell_callbacks(job: Job) -> Iterator[Event]:
    """Yield the last deliveries of the current end."""
    if job.callback_url is None or not job.ended:
        return
    callback = Callback.of(job)
    first = callback.attempts - len(callback.tried) + 1
    for number, each in enumerate(callback.tried, first):
        data = {"delivery": number, "status": each.get("status")}
        if each is callback.tried[-1]:
            data |= {"state": callback.state, "next_at": to_iso(callback.next_at)}
        text = each.get("error") or f"The receiver took the callback: it answered {each.get('status')}."
        yield Event(each["at"], EventKind.CALLBACK, f"Delivery {number}: {text}", data)
