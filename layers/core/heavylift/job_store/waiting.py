"""End the wait of a job: free it once all that it waits for has ended, or set it FAILED.

The stream calls this for each end of a job that is awaited, the janitor behind it. Each reads the records
anew: what has ended since then, or runs again, counts. Of several that free a job at once, only one succeeds.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from heavylift.errors import (
    DeadlineExceeded,
    HeavyliftError,
    InvalidInput,
    NotFound,
    OutputMissing,
    TooLarge,
    UnknownTask,
    UnsupportedMedia,
    UpstreamFailed,
)
from heavylift.job_store.enqueue import enqueue
from heavylift.job_store.input_limits import check_limits
from heavylift.job_store.load import load_job, load_jobs
from heavylift.job_store.manifest import find_output
from heavylift.job_store.source_jobs import refer_to_jobs
from heavylift.jobs import later
from heavylift.jobs.attempts import to_problem
from heavylift.jobs.job import Job, job_key
from heavylift.jobs.states import Phase, Status
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed
from heavylift.tasks.registry import spec_of
from heavylift.tasks.spec import SNIFF_BYTES

log = logging.getLogger(__name__)


def settle_dependents(system: System, upstream_id: str) -> None:
    """End the wait of every job that waits for this one alone, or can't run without it."""
    failed: Exception | None = None
    for edge in system.table.list_children(job_key(upstream_id).pk, later.EDGE_PREFIX):
        try:
            job = load_job(system.table, later.waiting_id_of(edge))
            if job is not None:
                settle_wait(system, job)
        except UnknownTask as unknown:  # the janitor tries again; this record need not come again for it
            log.warning("a job still waits", extra={"edge": edge["sk"], "why": unknown.detail})
        except Exception as error:  # noqa: BLE001 - one job must not hold up the others; raised at the end
            log.warning("a job still waits", extra={"edge": edge["sk"], "why": type(error).__name__})
            failed = error
    if failed is not None:
        raise failed


def settle_wait(system: System, job: Job) -> bool:
    """End the job's wait if that is due. Return whether it still waits.

    Raises what a service raises that does not answer: then the job still waits, and this may be repeated.
    """
    if job.phase != Phase.WAITING:
        return False
    now = system.clock.now()
    upstream = load_jobs(system.table, later.upstream_of(job))
    if broken := _find_broken(job, upstream):
        detail = f"The job {broken} is {_status_of(upstream[broken])}, and this job waited for it."
        return _give_up(system, job, UpstreamFailed(detail))
    left = [each for each, found in upstream.items() if found is not None and not found.ended]
    if not left:
        return _free(system, job, upstream)
    if (job.waits_until or now) <= now and not _wait_longer(system, job, [upstream[each] for each in left]):
        late = DeadlineExceeded("The jobs for which this one waited did not end in time.")
        return _give_up(system, job, late, dead=True)
    if left != job.awaits:
        _write(system, later.keep_waiting(job, awaits=left))
    return True


def _wait_longer(system: System, job: Job, left: Sequence[Job | None]) -> bool:
    """Move the end of the wait if the jobs that are left have more time now. Return whether it has moved."""
    ends = later.latest_end(each for each in left if each is not None)
    waits_until = min(ends, later.longest_wait(job))
    return waits_until > system.clock.now() and _write(system, later.wait_longer(job, waits_until))


def _find_broken(job: Job, upstream: dict[str, Job | None]) -> str | None:
    """Return the id of a job without which this one can't run, and which is not DONE and will not be."""
    needed = later.wanted_ids(job) if job.after_any else list(upstream)
    for each in needed:
        found = upstream.get(each)
        if found is None or (found.ended and found.status != Status.DONE):
            return each
    return None


def _status_of(job: Job | None) -> str:
    return "gone" if job is None else job.status


def _free(system: System, job: Job, upstream: dict[str, Job | None]) -> bool:
    try:
        found = _find_wanted(system, job, upstream)
    except UnknownTask as unknown:
        if (job.waits_until or 0) > system.clock.now():
            raise  # a function of another release, or the janitor, may know the task: the job waits for that
        return _give_up(system, job, DeadlineExceeded(unknown.detail), dead=True)
    except NotFound as missing:
        return _give_up(system, job, OutputMissing(missing.detail))
    except (TooLarge, UnsupportedMedia) as refused:
        return _give_up(system, job, InvalidInput(refused.detail))
    if _write(system, later.free(job, found, now=system.clock.now())):
        enqueue(system, job, [Message(job.id)])
    return False


def _find_wanted(system: System, job: Job, upstream: dict[str, Job | None]) -> dict[str, Any]:
    """Return the `input` and the `references` for which the job waited.

    Raises NotFound if one does not exist, TooLarge or UnsupportedMedia if the task does not take the input.
    """
    found: dict[str, Any] = {}
    references = dict(job.references or {})
    whole: dict[str, list[Job]] = {}
    for want in job.wants or []:
        made_by = upstream.get(want["job"])
        at, output = want.get("at"), want.get("output")
        if made_by is None or made_by.deleted_at is not None:
            what = f"its output {output!r}" if output else "its outputs"
            raise NotFound(f"The job {want['job']} was deleted, and {what} with it.")
        if not output:
            whole.setdefault(want["at"], []).append(made_by)
            continue
        stored = find_output(system.objects, made_by, output)
        if at:
            references[at] = {"key": stored.key, "bytes": stored.bytes, "media_type": stored.media_type}
            found["references"] = references
        else:
            head = system.objects.read_beginning(stored.key, SNIFF_BYTES)
            checked = check_limits(spec_of(job.task), stored.key, stored.bytes, head)
            found["input"] = {**checked, "name": output}
    if whole:
        spec = spec_of(job.task)
        references |= {at: refer_to_jobs(system.table, spec, jobs) for at, jobs in whole.items()}
        found["references"] = references
    return found


def _give_up(system: System, job: Job, error: HeavyliftError, *, dead: bool = False) -> bool:
    now = system.clock.now()
    _write(system, later.give_up(job, to_problem(error), now=now, dead=dead))
    return False


def _write(system: System, change: Change) -> bool:
    """Return whether the change was made: another may have freed or canceled the job."""
    try:
        system.table.update(change)
    except ConditionFailed:
        return False
    return True
