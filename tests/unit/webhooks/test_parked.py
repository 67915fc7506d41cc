"""Callbacks with a long pause wait in the janitor's index, and not in the queue."""

from __future__ import annotations

from collections import Counter

import pytest

from heavylift.errors import InvalidInput, Throttled
from heavylift.jobs.job import Job
from heavylift.ports.queue import Depth, Done, Message
from heavylift.ports.table import OPEN, Change, Item
from heavylift.recovery.callbacks import CallbackSweep
from heavylift.recovery.due import RESERVE_S
from heavylift.service import control
from heavylift.webhooks.delivery_state import Callback
from heavylift.webhooks.parking import CALLBACKS, MAX_HIDDEN_S, PARKED_PARTITIONS, RESEND_S
from tests.support.world import CopyTask
from tests.unit.webhooks.callback_line import CallbackLine
from tests.unit.webhooks.delivery_case import DeliveryCase, make_case
from webhooks.deliver import DeliveryOutcome

DOWN, GOOD = "https://down.example/hook", "https://good.example/hook"
NEXT_IN_S = 3600.0


def park(case: DeliveryCase) -> Job:
    """Park the callback as its fifth attempt does. Return the job."""
    job = case.read_job()
    waiting = Callback(job.fence, attempts=5, next_at=case.world.clock.now() + NEXT_IN_S)
    case.world.table.update(Change(job.key, set={"callback": waiting.to_item()}))
    assert case.deliver() == Done(DeliveryOutcome.NOT_YET)
    return case.read_job()


def read_parked(case: DeliveryCase) -> list[Item]:
    return [item for name in PARKED_PARTITIONS for item in case.world.table.query(OPEN, name).items]


def sweep(case: DeliveryCase, seconds: float = 60) -> Counter[str]:
    return CallbackSweep(case.world.system, case.world.queue, case.world.clock.now() + seconds).run()


def test_callbacks_that_wait_for_hours_take_no_place_of_the_queue() -> None:
    line = CallbackLine({DOWN: (0, 500), GOOD: (0, 204)}, max_in_flight=20)
    for _ in range(20):
        line.end_job(DOWN)
    line.run(1200)  # after four failures each waits for an hour
    assert line.world.queue.get_depth(CALLBACKS) == Depth(visible=0, in_flight=0, delayed=0)
    job = line.end_job(GOOD)
    line.run(5)
    assert Callback.of(line.world.job(job)).state == "delivered"


def test_a_parked_callback_is_delivered_when_its_receiver_is_back() -> None:
    line = CallbackLine({DOWN: (0, 500)})
    job = line.end_job(DOWN)
    line.run(1200)
    line.receivers.answers[DOWN] = (0, 204)
    line.run(3600 * 1.08)
    assert (Callback.of(line.world.job(job)).state, line.counts) == ("delivered", {"CallbacksResumed": 1})
    assert line.longest_hidden <= MAX_HIDDEN_S
    assert [item for name in PARKED_PARTITIONS for item in line.world.table.query(OPEN, name).items] == []


def test_a_callback_that_is_not_due_is_left_alone() -> None:
    case = make_case()
    park(case)
    assert sweep(case) == {}
    assert not case.world.queue.queues.get(CALLBACKS)
    case.world.clock.sleep(NEXT_IN_S)
    assert sweep(case) == {"CallbacksResumed": 1}
    assert sweep(case) == {}
    [sent] = case.world.queue.queues[CALLBACKS]
    assert (Message.decode(sent.body), sent.group) == (Message(case.job.id), "me")
    assert case.deliver() == Done(DeliveryOutcome.DELIVERED)
    assert read_parked(case) == []


def test_a_message_that_was_lost_is_sent_again() -> None:
    case = make_case()
    park(case)
    case.world.clock.sleep(NEXT_IN_S)
    sweep(case)
    case.world.queue.queues[CALLBACKS].clear()
    case.world.clock.sleep(RESEND_S)
    assert sweep(case) == {"CallbacksResumed": 1}


def test_two_janitors_send_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case()
    park(case)
    case.world.clock.sleep(NEXT_IN_S)
    get = case.world.table.get
    beside: list[None] = []

    def raced(key: object) -> Item | None:
        item = get(key)  # type: ignore[arg-type]
        if not beside:
            beside.append(None)
            assert sweep(case) == {"CallbacksResumed": 1}
        return item

    monkeypatch.setattr(case.world.table, "get", raced)
    assert sweep(case) == {}
    assert len(case.world.queue.queues[CALLBACKS]) == 1


def test_a_job_that_runs_again_belongs_to_its_worker() -> None:
    def fail(_number: int) -> None:
        raise InvalidInput("no good")

    case = make_case(task=CopyTask(before=fail))
    job = control.retry(case.world.system, park(case))
    assert read_parked(case) == []
    case.world.clock.sleep(NEXT_IN_S)
    assert sweep(case) == {}
    assert case.world.table.items[job.key]["open_pk"].startswith("OPEN#")


@pytest.mark.parametrize("what", ["expired", "settled"])
def test_a_callback_with_nothing_left_to_deliver_leaves_the_index(what: str) -> None:
    case = make_case()
    job = park(case)
    case.world.clock.sleep(NEXT_IN_S)
    if what == "expired":
        case.world.clock.sleep(job.expires_at)
    else:
        settled = {**(job.callback or {}), "state": "failed"}
        case.world.table.update(Change(job.key, set={"callback": settled}))
    assert sweep(case) == {}
    assert (read_parked(case), case.world.queue.queues.get(CALLBACKS)) == ([], None)


def test_a_sweep_stops_in_time_and_at_a_throttle(monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case()
    park(case)
    case.world.clock.sleep(NEXT_IN_S)
    assert sweep(case, seconds=RESERVE_S - 1) == {}

    def refuse(*_args: object, **_more: object) -> None:
        raise Throttled

    with monkeypatch.context() as patch:
        patch.setattr(case.world.queue, "send", refuse)
        assert sweep(case) == {"JanitorErrors": 1}
    case.world.clock.sleep(RESEND_S)
    assert sweep(case) == {"CallbacksResumed": 1}
