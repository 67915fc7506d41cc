"""A delivery whose message was lost, or that waits long, is sent again by the janitor."""

from __future__ import annotations

from collections import Counter

import pytest

from heavylift.ports.queue import Done, Message
from heavylift.recovery.callbacks import CallbackSweep
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.webhooks.delivery_state import DeliveryResult
from heavylift.webhooks.output_delivery import DELIVERY, GRACE_S, RECHECK_S, reminder_key
from heavylift.webhooks.parking import CALLBACKS, RESEND_S
from tests.unit.webhooks.output_case import OutputCase, make_case
from webhooks.deliver_outputs import OutputOutcome

REFUSED = DeliveryResult(503, "The receiver answered 503.")


def sweep(case: OutputCase) -> Counter[str]:
    now = case.world.clock.now()
    return +CallbackSweep(case.world.system, case.world.queue, now + 60).run()


def sleep_until_reminded(case: OutputCase) -> None:
    reminder = case.world.table.items[reminder_key(case.job.id)]
    case.world.clock.sleep(reminder["check_at"] - case.world.clock.now())


def read_messages(case: OutputCase) -> list[Message]:
    return [Message.decode(each.body) for each in case.world.queue.queues.get(CALLBACKS, [])]


def test_a_lost_message_is_sent_again_after_the_deadline() -> None:
    case = make_case()
    assert sweep(case) == {}
    case.world.clock.sleep(case.read_job().deadline + GRACE_S - case.world.clock.now())
    assert sweep(case) == {"DeliveriesResumed": 1}
    assert sweep(case) == {}
    assert read_messages(case) == [Message(case.job.id, DELIVERY)]
    case.world.clock.sleep(RESEND_S)
    assert sweep(case) == {"DeliveriesResumed": 1}
    assert case.deliver() == Done(OutputOutcome.DELIVERED)
    case.world.clock.sleep(RESEND_S)
    assert sweep(case) == {}
    assert "open_pk" not in case.world.table.items[reminder_key(case.job.id)]


def test_a_long_pause_is_waited_for_by_the_reminder() -> None:
    case = make_case(*[REFUSED] * 3)
    for _ in range(2):
        case.deliver()
        case.world.clock.sleep(40)
    assert case.deliver() == Done(OutputOutcome.FAILED)  # the message is deleted: an hour is too long for it
    assert case.deliver() == Done(OutputOutcome.NOT_YET)
    case.world.clock.sleep(3500)
    assert sweep(case) == {}
    sleep_until_reminded(case)
    assert sweep(case) == {"DeliveriesResumed": 1}
    assert case.deliver() == Done(OutputOutcome.DELIVERED)


@pytest.mark.parametrize("how", ["open", "canceled", "deleted"])
def test_a_job_that_is_not_done_is_looked_at_again(how: str) -> None:
    case = make_case(run=False)
    if how != "open":
        canceled = cancel(case.world.system, case.read_job())
    if how == "deleted":
        delete_job(case.world.system, "me", case.job.id)
    sleep_until_reminded(case)
    began = case.world.clock.now()
    assert sweep(case) == {}
    reminder = case.world.table.items[reminder_key(case.job.id)]
    if how == "deleted":
        assert "open_pk" not in reminder
        return
    assert reminder["check_at"] == began + (GRACE_S if how == "open" else RECHECK_S)
    if how == "canceled":
        retry(case.world.system, canceled)
        case.world.work()
        sleep_until_reminded(case)
        assert sweep(case) == {"DeliveriesResumed": 1}


def test_a_reminder_of_a_job_that_has_expired_is_taken_out() -> None:
    case = make_case()
    del case.world.table.items[case.job.key]
    sleep_until_reminded(case)
    assert sweep(case) == {}
    assert "open_pk" not in case.world.table.items[reminder_key(case.job.id)]
