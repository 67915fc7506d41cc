"""The state of the delivery of a DONE job's outputs to the client's own store, and its changes. Pure.

The record has the state as `delivery`. An item beside it, the reminder, is in the janitor's index from the
submission on, in the partitions of parked callbacks: so a delivery whose message was lost is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, Self

from heavylift.jobs.afterwards import OPEN_INDEX_ATTRIBUTES
from heavylift.jobs.job import Job, job_key, shard_of
from heavylift.jobs.states import DONE
from heavylift.ports.table import Change, Is, Item, Key
from heavylift.webhooks.delivery_state import (
    GONE,
    JITTER,
    LAST_CHANCE_S,
    DeliveryResult,
)
from heavylift.webhooks.parking import MAX_HIDDEN_S, parked_partition

DELIVERY = "delivery"
"""In a message of the queue of callbacks: it is for the outputs, and not for the callback."""
REMINDER = "DELIVERY"
"""The sort key of the reminder."""
DELIVERY_LEASE_S = 190.0
"""How long an attempt excludes others: longer than an invocation of the function that sends."""
GRACE_S = 60.0
"""How long after the job's deadline the reminder is first looked at."""
RECHECK_S = 6 * 3600.0
"""When the reminder of a FAILED or CANCELED job is looked at again: a retry may make it DONE."""


class OutputState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True)
class OutputDelivery:
    """How far the outputs of a job are sent. They are sent in the order of the manifest."""

    state: OutputState = OutputState.PENDING
    sent: int = 0
    """How many outputs the receiver has accepted. The next attempt goes on behind them."""
    attempts: int = 0
    """Attempts in a row of which no output was accepted, with the current one."""
    last_status: int | None = None
    last_error: str | None = None
    next_at: float | None = None
    """No attempt is made before this time; seconds since 1970."""

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return the stored state, or that of a delivery which has not begun."""
        kept: Mapping[str, Any] = job.delivery or {}
        known = {each.name: kept[each.name] for each in fields(cls) if each.name in kept}
        return cls(**{**known, "state": OutputState(kept.get("state", OutputState.PENDING))})

    @property
    def settled(self) -> bool:
        return self.state is not OutputState.PENDING

    def to_item(self) -> dict[str, Any]:
        """Return the state as the record stores it, without fields that are None."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def claim(self, now: float) -> Self:
        """Return the state with one more attempt. It counts before it is made, in case the worker is lost."""
        return replace(self, attempts=self.attempts + 1, next_at=now + DELIVERY_LEASE_S)

    def accept(self, status: int | None, now: float) -> Self:
        """Return the state after one more output was accepted. The schedule of retries begins anew."""
        return replace(
            self,
            sent=self.sent + 1,
            attempts=1,
            last_status=status,
            last_error=None,
            next_at=now + DELIVERY_LEASE_S,
        )

    def rest(self) -> Self:
        """Return the state between two invocations of one attempt: the next goes on at once."""
        return replace(self, attempts=0, next_at=None)

    def finish(self) -> Self:
        """Return the state once every output was accepted."""
        return replace(self, state=OutputState.DELIVERED, last_error=None, next_at=None)

    def give_up(self, why: str) -> Self:
        return replace(self, state=OutputState.FAILED, last_error=why, next_at=None)

    def fail(
        self,
        result: DeliveryResult,
        *,
        pauses: tuple[float, ...],
        now: float,
        expires_at: float,
        chance: float,
    ) -> Self:
        """Return the state after an attempt that failed, on the schedule of callbacks."""
        after = replace(self, last_status=result.status, last_error=result.error, next_at=None)
        if result.status == GONE:
            return replace(after, state=OutputState.GONE)
        if self.is_last(pauses):
            return replace(after, state=OutputState.FAILED)
        pause = pauses[self.attempts - 1] * (1 + JITTER * chance)
        next_at = min(now + pause, expires_at - LAST_CHANCE_S)
        if next_at <= now:
            return replace(after, state=OutputState.FAILED)
        return replace(after, next_at=next_at)

    def is_last(self, pauses: tuple[float, ...]) -> bool:
        """Return whether no attempt follows the current one, if it fails."""
        return self.attempts > len(pauses)

    def is_parked(self, now: float) -> bool:
        """Return whether the delivery waits too long for a message to wait with it."""
        return self.next_at is not None and self.next_at - now > MAX_HIDDEN_S


def store_delivery(job: Job, delivery: OutputDelivery) -> Change:
    """Write the state, unless the record's has changed since `job` was read, or the job was deleted."""
    unchanged = Is("delivery", "missing") if job.delivery is None else Is("delivery", "=", job.delivery)
    return Change(
        job.key,
        when=(
            Is("fence", "=", job.fence),
            Is("status", "=", DONE.status),
            Is("deleted_at", "missing"),
            unchanged,
        ),
        set={"delivery": delivery.to_item()},
    )


def reminder_key(job_id: str) -> Key:
    return Key(job_key(job_id).pk, REMINDER)


def new_reminder(job: Job, expires_at: int) -> Item:
    """Return the item that brings the job's delivery to mind, should its message be lost."""
    return {
        **reminder_key(job.id)._asdict(),
        "open_pk": parked_partition(shard_of(job.id)),
        "check_at": job.deadline + GRACE_S,
        "expires_at": expires_at,
    }


def remind(job: Job, check_at: float, *, expected: float | None = None) -> Change:
    """Look at the delivery again at `check_at`. With `expected`, only one of two janitors succeeds."""
    when = (Is("check_at", "exists") if expected is None else Is("check_at", "=", expected),)
    return Change(reminder_key(job.id), when=when, set={"check_at": check_at})


def forget(job_id: str) -> Change:
    """Take the reminder of a delivery that is over out of the index."""
    return Change(reminder_key(job_id), when=(Is("pk", "exists"),), remove=OPEN_INDEX_ATTRIBUTES)
