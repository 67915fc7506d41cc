"""Deliver a DONE job's outputs: claim the attempt, send what is not sent, and store how far it is.

An output may be sent twice, to the same name: if the function dies after the receiver has taken it. The job's
record decides what is due. It is read again before each output, so that a deleted job's are not sent.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from heavylift.errors import NotFound
from heavylift.job_store.load import load_job
from heavylift.job_store.manifest import Output, load_manifest
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import deliver_key, output_key
from heavylift.jobs.states import Status
from heavylift.ports.queue import Disposition, Done, Retry
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed
from heavylift.webhooks.delivery_state import ACCEPTED, DeliveryResult
from heavylift.webhooks.output_delivery import OutputDelivery, forget, remind, store_delivery
from webhooks.output_request import OutputRequest, make_request

RESERVE_S = 10.0
"""Time of the invocation that is kept for storing how far it is."""
SLOWEST_BYTES_S = 4_000_000
"""An output is begun if it fits into the rest of the invocation at this rate, or as the first of it."""
WRITE_EVERY_S = 2.0
"""The shortest time between two writes of the progress."""


class OutputOutcome(StrEnum):
    """The outcome of a message, and the metric that counts it."""

    DELIVERED = "DeliveriesDone"
    FAILED = "DeliveryAttemptsFailed"
    GIVEN_UP = "DeliveriesGivenUp"
    CONTINUED = "DeliveriesContinued"
    NOTHING_TO_DO = "DeliveryDuplicates"
    NOT_YET = "DeliveriesNotYetDue"


NOTHING_DUE = Done(OutputOutcome.NOTHING_TO_DO)


class Sender(Protocol):
    def send(self, request: OutputRequest, chunks: Iterable[bytes], seconds: float) -> DeliveryResult:
        """Return the receiver's answer, or why there is none. Network errors never raise."""


class Stopped(Exception):
    """The job was deleted, or another delivery has the turn."""


@dataclass(frozen=True)
class OutputDeliverer:
    system: System
    sender: Sender
    pauses: tuple[float, ...]
    chance: Callable[[], float] = random.SystemRandom().random

    def deliver(self, job_id: str, ends_at: float) -> Disposition:
        """Make the attempt that is due, if one is, until the invocation ends. Return what to do next."""
        job = load_job(self.system.table, job_id)
        if job is None or not is_deliverable(job):
            return NOTHING_DUE
        delivery, now = OutputDelivery.of(job), self.system.clock.now()
        if delivery.settled or job.expires_at <= now:
            return NOTHING_DUE
        if delivery.next_at is not None and delivery.next_at > now:
            return self._wait(job, delivery, OutputOutcome.NOT_YET)
        try:
            if delivery.is_last(self.pauses):
                lost = delivery.give_up(delivery.last_error or "The sender stopped before it was done.")
                return self._settle(self._store(job, lost))
            return self._send_rest(self._store(job, delivery.claim(now)), ends_at)
        except Stopped:
            return NOTHING_DUE

    def _send_rest(self, job: Job, ends_at: float) -> Disposition:
        """Send the outputs that are not sent yet. `job` is as claimed."""
        try:
            target = json.loads(self.system.objects.read(deliver_key(job.id, far=bool(job.far))))
            outputs = load_manifest(self.system.objects, job)
        except NotFound:
            raise Stopped from None  # they were deleted with the job
        wrote_at, first = self.system.clock.now(), True
        delivery = OutputDelivery.of(job)
        while delivery.sent < len(outputs):
            output = outputs[delivery.sent]
            left = ends_at - RESERVE_S - self.system.clock.now()
            if not first and left < output.bytes / SLOWEST_BYTES_S + 1:
                self._store(job, delivery.rest())
                return Retry(OutputOutcome.CONTINUED, 0)
            if not first:
                self._look(job)
            result = self._send(job, target, output, max(1.0, left))
            now = self.system.clock.now()
            if result.status not in ACCEPTED:
                return self._fail(job, delivery, result)
            delivery, first = delivery.accept(result.status, now), False
            if now - wrote_at >= WRITE_EVERY_S:
                job, wrote_at = self._store(job, delivery), now
        return self._settle(self._store(job, delivery.finish()))

    def _send(self, job: Job, target: dict[str, Any], output: Output, seconds: float) -> DeliveryResult:
        request = make_request(target, output)
        try:
            return self.sender.send(
                request, self.system.objects.read_chunks(output_key(job.id, output.name)), seconds
            )
        except NotFound:
            raise Stopped from None  # the job was deleted meanwhile

    def _fail(self, job: Job, delivery: OutputDelivery, result: DeliveryResult) -> Disposition:
        after = delivery.fail(
            result,
            pauses=self.pauses,
            now=self.system.clock.now(),
            expires_at=job.expires_at,
            chance=self.chance(),
        )
        stored = self._store(job, after)
        if after.settled:
            return self._settle(stored)
        return self._wait(stored, after, OutputOutcome.FAILED)

    def _wait(self, job: Job, delivery: OutputDelivery, outcome: OutputOutcome) -> Disposition:
        """Let the message wait, or only the reminder if the wait is long."""
        now, next_at = self.system.clock.now(), delivery.next_at or 0.0
        if delivery.is_parked(now):
            self._update(remind(job, next_at))
            return Done(outcome)  # the janitor sends another message
        return Retry(outcome, max(0.0, next_at - now))

    def _settle(self, job: Job) -> Disposition:
        """The delivery is over: forget its reminder and the secrets of its target."""
        self._update(forget(job.id))
        self.system.objects.delete(deliver_key(job.id, far=bool(job.far)))
        delivered = OutputDelivery.of(job).last_error is None
        return Done(OutputOutcome.DELIVERED if delivered else OutputOutcome.GIVEN_UP)

    def _look(self, job: Job) -> None:
        """Raise Stopped if the job was deleted, or if another delivery has the turn."""
        now = load_job(self.system.table, job.id)
        if now is None or not is_deliverable(now) or now.delivery != job.delivery:
            raise Stopped

    def _store(self, job: Job, delivery: OutputDelivery) -> Job:
        """Store the state and return the job. Raises Stopped if its record has changed since the read."""
        if not self._update(store_delivery(job, delivery)):
            raise Stopped
        return replace(job, delivery=delivery.to_item())

    def _update(self, change: Change) -> bool:
        try:
            self.system.table.update(change)
        except ConditionFailed:
            return False
        return True


def is_deliverable(job: Job) -> bool:
    """Return whether the job has outputs to send: it is DONE, and it was not deleted."""
    return job.deliver_url is not None and job.status == Status.DONE and job.deleted_at is None
