"""Any history of deliveries keeps the callback's record in step with the posts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from heavylift.errors import InvalidInput
from heavylift.service import control
from heavylift.webhooks.delivery_state import DeliveryResult
from tests.support.world import CopyTask, Killed
from tests.unit.webhooks.delivery_case import failure, make_case
from webhooks.deliver import DeliveryOutcome

step = st.sampled_from(["deliver", "deliver", "wait", "twice", "die", "retry"])
answer = st.sampled_from(
    [
        failure(500),
        failure(None),
        failure(302),
        DeliveryResult(410, "no"),
        DeliveryResult(200),
        DeliveryResult(204),
    ]
)


chosen = st.sampled_from([(), (), ("failed",), ("done", "canceled")])


@given(st.lists(step, max_size=14), st.lists(answer, max_size=14), chosen)
def test_the_record_matches_the_posts_and_nothing_else_of_the_job_changes(
    steps: list[str], answers: list[DeliveryResult], on: tuple[str, ...]
) -> None:
    """Play histories of deliveries, duplicates, kills and retries, with any answers of the receiver.

    The job fails each time: there is no post if the client has not chosen that end.
    """

    def fail(_number: int) -> None:
        raise InvalidInput("no good")

    delivery = make_case(task=CopyTask(before=fail), on=on)
    wanted = not on or "failed" in on
    answered: list[tuple[str, int | None]] = []
    ends = {delivery.read_job().fence}
    for move in steps:
        delivery.sender.answers = [Killed] if move == "die" else [*answers[:1]]
        before, posts = delivery.read_job(), len(delivery.sender.posts)
        item_before = delivery.world.table.get(before.key)
        match move:
            case "wait":
                delivery.world.clock.sleep(45)
                continue
            case "retry":
                control.retry(delivery.world.system, before)
                delivery.world.work()
                ends.add(delivery.read_job().fence)
                continue
            case "die":
                try:
                    delivery.deliver()
                except Killed:
                    answered.append((delivery.sender.events[-1], None))
            case _:
                dispositions = [delivery.deliver() for _ in range(2 if move == "twice" else 1)]
                assert len([each for each in dispositions if each.outcome is DeliveryOutcome.DELIVERED]) <= 1
                if len(delivery.sender.posts) > posts:
                    answered.append(
                        (
                            delivery.sender.events[-1],
                            (answers.pop(0) if answers else DeliveryResult(204)).status,
                        )
                    )
        assert len(delivery.sender.posts) - posts <= int(wanted)
        after, item = delivery.read_job(), delivery.world.table.get(before.key)
        assert {**(item or {}), "callback": None} == {**(item_before or {}), "callback": None}
        event = f"{after.id}-{after.fence}"
        statuses = [status for name, status in answered if name == event]
        shown = delivery.show_callback()
        assert shown["attempts"] == len(statuses)
        assert (shown["state"] == "delivered") == any(status in (200, 204) for status in statuses)
        assert (shown["state"] == "gone") == (410 in statuses)
        assert (shown["state"] == "skipped") == (not wanted)
    assert {event.rpartition("-")[2] for event in delivery.sender.events} <= {str(fence) for fence in ends}
