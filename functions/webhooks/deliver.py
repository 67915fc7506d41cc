"""Deliver a job's callback: read the job, count the attempt, POST, and store the result.

Delivery is at least once. If the function dies after the receiver has answered, the next attempt sends the
same webhook-id. The job's record decides what is due, so duplicate messages do no harm.
An end that the client has not chosen is settled from the beginning.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from heavylift.job_store.load import load_job
from heavylift.job_store.sealed import load_headers
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import Disposition, Done, Retry
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed
from heavylift.service.job_view import view
from heavylift.webhooks.delivery_state import Callback, DeliveryResult, DeliveryState
from heavylift.webhooks.parking import is_parked, store_callback
from heavylift.webhooks.secrets import WebhookSecrets
from heavylift.webhooks.signing import sign
from webhooks.host_breaker import HostBreaker
from webhooks.settings import WebhookSettings

NO_HEADERS = DeliveryResult(error="Not sent: the callback's own headers no longer exist.")
HEADERS = {"Content-Type": "application/json", "User-Agent": "Heavylift-Webhooks/1"}


class DeliveryOutcome(StrEnum):
    """The outcome of a message, and the metric that counts it."""

    DELIVERED = "CallbacksDelivered"
    FAILED = "CallbackAttemptsFailed"
    GIVEN_UP = "CallbacksGivenUp"
    NOTHING_TO_DO = "CallbackDuplicates"
    NOT_YET = "CallbacksNotYetDue"


NOTHING_DUE = Done(DeliveryOutcome.NOTHING_TO_DO)


def event_id_of(job: Job) -> str:
    """Return the webhook-id: one for each time that the job finishes, the same in every attempt."""
    return f"{job.id}-{job.fence}"


@dataclass(frozen=True)
class Deliverer:
    system: System
    sender: HostBreaker
    settings: WebhookSettings
    chance: Callable[[], float] = random.SystemRandom().random

    def deliver(self, job_id: str) -> Disposition:
        """Make the attempt that is due, if one is. Return what to do with the message."""
        job = load_job(self.system.table, job_id)
        # A job that runs again sends another event when it finishes. The earlier event is dropped.
        if job is None or job.callback_url is None or not job.ended:
            return NOTHING_DUE
        callback, now = Callback.of(job), self.system.clock.now()
        if callback.settled or job.gone_at <= now:
            return NOTHING_DUE
        if callback.next_at is not None and callback.next_at > now:
            return self._wait(job, callback, callback.next_at - now)
        claimed = self._store(job, callback.claim(now))
        if claimed is None:
            return self.deliver(job_id)  # another delivery changed the record: read it again
        return self._record_result(claimed, self._post(claimed))

    def _post(self, job: Job) -> DeliveryResult:
        own = load_headers(self.system.objects, job)
        if own is None:
            return NO_HEADERS
        body = view(job, self.settings.base_path).model_dump_json()
        now = self.system.clock.now()
        secrets = WebhookSecrets(self.system.table, self.system.objects).get(job.tenant, now)
        headers = sign(secrets, event_id_of(job), now, body)
        last = Callback.of(job).is_last_attempt(self.settings.callback_pauses, now, job.gone_at)
        # `webhooks/headers.py` lets no header of the client have the name of one of these.
        sent = {**own, **HEADERS, **headers}
        return self.sender.post(job.callback_url or "", body.encode(), sent, last=last)

    def _record_result(self, job: Job, result: DeliveryResult) -> Disposition:
        now = self.system.clock.now()
        after = Callback.of(job).record_result(
            result,
            pauses=self.settings.callback_pauses,
            now=now,
            expires_at=job.gone_at,
            chance=self.chance(),
        )
        # The write is refused only if the job runs again or another attempt was made.
        stored = self._store(job, after)
        if stored and after.settled and job.callback_headers and job.status == Status.DONE:
            self.system.objects.delete(job.callback_headers)  # no other job is retried, with its headers
        if after.state is DeliveryState.DELIVERED:
            return Done(DeliveryOutcome.DELIVERED)
        if after.next_at is None:
            return Done(DeliveryOutcome.GIVEN_UP)
        if is_parked(after, now):
            return Done(DeliveryOutcome.FAILED)  # the janitor sends another message
        return Retry(DeliveryOutcome.FAILED, after.next_at - now)

    def _wait(self, job: Job, callback: Callback, seconds: float) -> Disposition:
        """Let the message wait, or only the record if the wait is long."""
        if is_parked(callback, self.system.clock.now()):
            self._store(job, callback)
            return Done(DeliveryOutcome.NOT_YET)
        return Retry(DeliveryOutcome.NOT_YET, seconds)

    def _store(self, job: Job, callback: Callback) -> Job | None:
        """Store the callback's state and return the job; None if its record has changed since the read."""
        try:
            self.system.table.update(store_callback(job, callback, self.system.clock.now()))
        except ConditionFailed:
            return None
        return replace(job, callback=callback.to_item())
