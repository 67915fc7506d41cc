"""Two deliveries of one callback, a killed worker, and a retry of the job in between."""

from __future__ import annotations

import json
from typing import Any

import pytest

from heavylift.errors import InvalidInput
from heavylift.jobs.job import job_key
from heavylift.ports.queue import Disposition, Done, Retry
from heavylift.service import control
from heavylift.webhooks.delivery_state import LEASE_S
from tests.support.world import CopyTask, Killed
from tests.unit.webhooks.delivery_case import failure, make_case
from webhooks.deliver import DeliveryOutcome


def test_two_messages_make_one_delivery() -> None:
    done = make_case()
    beside: list[Disposition] = []
    done.sender.during_post = lambda: beside.append(done.deliver())
    assert done.deliver() == Done(DeliveryOutcome.DELIVERED)
    assert [disposition.outcome for disposition in beside] == [DeliveryOutcome.NOT_YET]
    assert done.deliver() == Done(DeliveryOutcome.NOTHING_TO_DO)
    assert len(done.sender.posts) == 1


def test_a_lost_race_for_the_claim_is_no_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    done = make_case()
    get = done.world.table.get
    beside: list[Disposition | None] = []

    def raced(key: Any) -> Any:
        item = get(key)
        if key == job_key(done.job.id) and not beside:
            beside.append(None)
            beside.append(done.deliver())  # between this delivery's read and its claim
        return item

    monkeypatch.setattr(done.world.table, "get", raced)
    assert done.deliver() == Done(DeliveryOutcome.NOTHING_TO_DO)
    assert beside == [None, Done(DeliveryOutcome.DELIVERED)]
    assert len(done.sender.posts) == 1


def test_a_killed_worker_counts_as_an_attempt_and_another_delivers() -> None:
    done = make_case(Killed)
    with pytest.raises(Killed):
        done.deliver()
    assert (done.show_callback()["state"], done.show_callback()["attempts"]) == ("pending", 1)
    held = done.deliver()
    assert held == Retry(DeliveryOutcome.NOT_YET, LEASE_S)
    done.world.clock.sleep(LEASE_S)
    assert done.deliver() == Done(DeliveryOutcome.DELIVERED)
    assert done.sender.events == [done.sender.events[0]] * 2
    assert done.show_callback()["attempts"] == 2


def test_a_retried_job_has_another_event_at_its_next_end() -> None:
    attempts = []

    def fail_once(_number: int) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise InvalidInput("not yet")

    failed = make_case(failure(), task=CopyTask(before=fail_once))
    failed.deliver()
    control.retry(failed.world.system, failed.read_job())
    failed.world.clock.sleep(6)
    assert failed.deliver() == Done(DeliveryOutcome.NOTHING_TO_DO)  # the job is queued again
    assert (failed.show_callback()["state"], failed.show_callback()["attempts"]) == ("pending", 0)
    failed.world.work()
    assert failed.deliver() == Done(DeliveryOutcome.DELIVERED)
    assert [json.loads(body)["status"] for _, body, _ in failed.sender.posts] == ["FAILED", "DONE"]
    assert len(set(failed.sender.events)) == 2


def test_an_answer_after_a_retry_of_the_job_changes_nothing() -> None:
    def fail(_number: int) -> None:
        raise InvalidInput("no good")

    failed = make_case(task=CopyTask(before=fail))
    failed.sender.during_post = lambda: control.retry(failed.world.system, failed.read_job())
    assert failed.deliver() == Done(DeliveryOutcome.DELIVERED)
    assert failed.show_callback()["state"] == "pending"
    assert failed.read_job().status == "PROCESSING"
