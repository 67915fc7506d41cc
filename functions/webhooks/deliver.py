"""Deliver a job's callback: read the job, count the attempt, POST, and keep what came of it.

At least once: a worker that dies after the receiver has answered tries again, with the same webhook-id.
The record decides, so any number of messages may ask for the same delivery.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from heavylift.job_store.load import load_job
from heavylift.jobs.job import Job
from heavylift.ports.queue import Disposition, Done, Retry
from heavylift.ports.system import System
from heavylift.ports.table import Change, ConditionFailed, Is
from heavylift.service.job_view import view
from heavylift.webhooks.delivery_state import Answer, Callback, State
from heavylift.webhooks.signing import secrets_of, signed
from webhooks.http_post import WebhookSender
from webhooks.settings import WebhookSettings

CONTENT = {"Content-Type": "application/json", "User-Agent": "Heavylift-Webhooks/1"}


class Outcome(StrEnum):
    """What became of a message; counted as a metric under this name."""

    DELIVERED = "CallbacksDelivered"
    FAILED = "CallbackAttemptsFailed"
    GIVEN_UP = "CallbacksGivenUp"
    NOTHING_TO_DO = "CallbackDuplicates"
    NOT_YET = "CallbacksNotYetDue"


NOTHING = Done(Outcome.NOTHING_TO_DO)


def event_of(job: Job) -> str:
    """The webhook-id: the same for every delivery of one end of a job, and another for the next end."""
    return f"{job.id}-{job.fence}"


@dataclass(frozen=True)
class Deliverer:
    system: System
    sender: WebhookSender
    settings: WebhookSettings
    chance: Callable[[], float] = random.random

    def deliver(self, job_id: str) -> Disposition:
        """Make the attempt that is due, if one is."""
        job = load_job(self.system.table, job_id)
        # A job that runs again has another event at its end. So nothing is told that can't be read.
        if job is None or job.callback_url is None or not job.ended:
            return NOTHING
        callback, now = Callback.of(job), self.system.clock.now()
        if callback.settled or job.expires_at <= now:
            return NOTHING
        if callback.next_at is not None and callback.next_at > now:
            return Retry(Outcome.NOT_YET, callback.next_at - now)
        claimed = self._keep(job, callback.claimed(now))
        if claimed is None:
            return self.deliver(job_id)  # somebody else was quicker; see what is left to do
        return self._heard(claimed, self._post(claimed))

    def _post(self, job: Job) -> Answer:
        body = view(job, self.settings.base_path).model_dump_json()
        now = self.system.clock.now()
        headers = signed(secrets_of(self.system.table, job.tenant, now), event_of(job), now, body)
        return self.sender.post(job.callback_url or "", body.encode(), {**CONTENT, **headers})

    def _heard(self, job: Job, answer: Answer) -> Disposition:
        now = self.system.clock.now()
        after = Callback.of(job).answered(
            answer,
            pauses=self.settings.callback_pauses,
            now=now,
            expires_at=job.expires_at,
            chance=self.chance(),
        )
        self._keep(job, after)  # refused only if the job runs again, or another attempt was made meanwhile
        if after.state is State.DELIVERED:
            return Done(Outcome.DELIVERED)
        if after.next_at is None:
            return Done(Outcome.GIVEN_UP)
        return Retry(Outcome.FAILED, after.next_at - now)

    def _keep(self, job: Job, callback: Callback) -> Job | None:
        """The job with its callback's new state; None if it is not as it was read any more.

        Touches nothing but `callback`.
        """
        seen = Is("callback", "missing") if job.callback is None else Is("callback", "=", job.callback)
        change = Change(
            job.key,
            when=(Is("fence", "=", job.fence), Is("phase", "=", job.phase), seen),
            set={"callback": callback.stored()},
        )
        try:
            self.system.table.update(change)
        except ConditionFailed:
            return None
        return replace(job, callback=callback.stored())
