"""Make the jobs of a batch, with ids that follow from the batch and their positions.

A worker that dies in the middle leaves jobs that the next one finds. At most a window of jobs is open at
once: a job that waited longer than its deadline would fail.
"""

from __future__ import annotations

import logging
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from heavylift.errors import Conflict, Gone, LeaseLost, LeftOpen, Postponed
from heavylift.job_store.batch_counts import load_counts, settle
from heavylift.job_store.enqueue import enqueue
from heavylift.job_store.load import load_job
from heavylift.job_store.sealed import store_params
from heavylift.jobs.batches import child_id, record_made, window_of
from heavylift.jobs.job import Job, job_key
from heavylift.jobs.label_lists import label_items
from heavylift.jobs.states import QUEUED, Phase, Status
from heavylift.ports.lanes import Lane
from heavylift.ports.queue import Message
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed, Create
from heavylift.service.batches.check import Checked, Summary, check_items, items_key, load_summary, read_items
from heavylift.service.control import retry
from heavylift.service.labels import Labels
from heavylift.service.needs import Needs
from heavylift.service.remote import FromUrl
from heavylift.service.start import Start
from heavylift.service.submission import Submission
from heavylift.service.submit import new_job, to_item
from heavylift.tasks.registry import spec_of
from heavylift.tasks.task import JobContext

log = logging.getLogger(__name__)

CHUNK = 100
THREADS = 16
PAUSE_S = 10.0
RESERVE_S = 30.0


def make_jobs(system: System, work: JobContext[Any]) -> None:
    """Make the jobs of the batch that `work` is an attempt at.

    It always raises: LeftOpen once all are made, Postponed to go on later, InvalidItems, or Interrupted.
    """
    batch = load_job(system.table, work.job_id)
    if batch is None or batch.ended:
        raise LeaseLost
    summary = load_summary(system, batch)
    if summary is None:
        summary = check_items(system, batch, work)
    Maker(system, work, batch, summary).make()
    raise LeftOpen(
        summary.count, {"items": summary.count, "skipped": summary.refused, "faults": summary.faults}
    )


@dataclass(frozen=True)
class Maker:
    system: System
    work: JobContext[Any]
    batch: Job
    summary: Summary

    def make(self) -> None:
        """Make what is missing, from where the last attempt stopped. Raises Postponed if that is not all."""
        file = self.work.directory / "items"
        self.system.objects.download(items_key(self.batch.id), file)
        made = self.batch.done
        items = islice(enumerate(read_items(file), 1), made, None)
        with ThreadPoolExecutor(THREADS) as pool:
            while chunk := list(islice(items, CHUNK)):
                self._wait_for_room(made)
                self._make_chunk(chunk, pool)
                made += len(chunk)
                self._record(made)

    def _wait_for_room(self, made: int) -> None:
        """Raise Postponed if enough jobs are open, or if the invocation is about to end."""
        self.work.look()  # not `advance`: the record has the count of the jobs where others have progress
        if self.work.remaining() < RESERVE_S:
            raise Postponed(1)
        ended = load_counts(self.system.table, self.batch.id).ended
        seconds = self.system.clock.now() - (self.batch.started_at or self.batch.created_at)
        if max(made, self.batch.made or 0) - ended >= window_of(ended, seconds):
            raise Postponed(PAUSE_S)

    def _record(self, made: int) -> None:
        """Record how far the batch is. Raises LeaseLost if another worker has it."""
        now = self.system.clock.now()
        try:
            self.system.table.update(record_made(self.batch, done=made, total=self.summary.count, now=now))
        except ConditionFailed:
            raise LeaseLost from None

    def _make_chunk(self, chunk: list[tuple[int, Checked]], pool: Executor) -> None:
        positions = {job_key(child_id(self.batch.id, position)): (position, item) for position, item in chunk}
        there = self.system.table.get_many(list(positions)) if self._may_exist(chunk[0][0]) else {}
        new = [(self._new_job(*each), each[1]) for key, each in positions.items() if key not in there]
        list(pool.map(self._create, new))
        found = [Job.of(item) for item in there.values()]
        # The worker that made these may have died before it sent their messages.
        unsent = [job for job in found if job.phase == Phase.QUEUED and job.attempt == 0]
        if jobs := [*(job for job, _ in new), *unsent]:
            enqueue(self.system, jobs[0], [Message(job.id) for job in jobs])
        for job in found:
            self._retry(job)

    def _may_exist(self, position: int) -> bool:
        """Return whether an earlier attempt or round may have made jobs from this position on."""
        batch = self.batch
        return position <= (batch.made or 0) or (batch.fence > 1 and position == batch.done + 1)

    def _new_job(self, position: int, item: Checked) -> Job:
        batch, params = self.batch, item.params
        lane = Lane(batch.params["lane"])
        labels = Labels(item.name, item.reference, tuple(batch.tags or ()), item.file_name)
        submission = Submission(
            batch.tenant,
            batch.params["task"],
            params,
            FromUrl(**item.source) if item.source else None,
            labels=labels,
            lane=lane,
            job_id=child_id(batch.id, position),
        )
        job = new_job(
            self.system,
            spec_of(submission.task),
            submission,
            params,
            Needs(item.input, item.references or {}),
            {},
            Start(QUEUED, now := self.system.clock.now()),
            now,
        )
        membership = {
            "position": position,
            "number": item.number,
            "total": self.summary.count,
            "round": batch.round or 0,
            "stop": batch.params["on_failure"] == "stop",
            "expires_at": batch.expires_at,
        }
        return replace(job, batch_id=batch.id, batch=membership)

    def _create(self, new: tuple[Job, Checked]) -> None:
        job, item = new
        if job.sealed:
            store_params(self.system.objects, job.sealed, item.params, item.source)
        keep_until = int(self.system.settings.objects_live_until(job.created_at))
        labels = [Create(item) for item in label_items(job, keep_until)]
        try:
            if labels:
                self.system.table.transact(Create(to_item(job)), *labels)
            else:
                self.system.table.create(to_item(job))
        except ConditionFailed:
            log.info("the job of the batch exists", extra={"job_id": job.id})

    def _retry(self, job: Job) -> None:
        """Run a failed job of an earlier round again."""
        bad = job.status in (Status.FAILED, Status.CANCELED) and job.deleted_at is None
        if bad and (job.batch or {})["round"] < (self.batch.round or 0):
            try:
                retry(self.system, job)
            except (Conflict, Gone) as refused:
                log.info("a job of the batch is not retried", extra={"job_id": job.id, "why": refused.detail})


def settle_batch(system: System, batch_id: str) -> None:
    """End the batch if its jobs had ended before the last one was made."""
    batch = load_job(system.table, batch_id)
    if batch is not None:
        settle(system, batch)
