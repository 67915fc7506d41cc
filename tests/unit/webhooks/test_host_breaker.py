"""One receiver that hangs does not take the workers of the others."""

from __future__ import annotations

import pytest

from heavylift.webhooks.delivery_state import Callback, DeliveryResult
from heavylift.webhooks.parking import CALLBACKS
from tests.support.world import World
from tests.unit.webhooks.callback_line import PAUSES, CallbackLine, Receivers
from webhooks.host_breaker import (
    FIRST_PAUSE_S,
    MAX_HOSTS,
    MAX_PAUSE_S,
    MAX_SLOW_FAILURES,
    NOT_SENT,
    SLOW_S,
    HostBreaker,
)

HANGS, GOOD = "https://hangs.example/hook", "https://good.example/hook"
HANG_S = 15.0


def make_breaker(answer: tuple[float, int | None]) -> tuple[Receivers, HostBreaker]:
    world = World()
    receivers = Receivers(world, {HANGS: answer, GOOD: (0, 204)})
    return receivers, HostBreaker(receivers, world.clock.now)


def post(breaker: HostBreaker, url: str = HANGS, *, last: bool = False) -> DeliveryResult:
    return breaker.post(url, b"", {}, last=last)


def test_a_line_of_callbacks_to_a_receiver_that_hangs_delays_another_for_a_minute_at_most() -> None:
    line = CallbackLine({HANGS: (HANG_S, None), GOOD: (0, 204)})
    for _ in range(100):
        line.end_job(HANGS)
    job = line.end_job(GOOD)
    line.run(60)
    assert Callback.of(line.world.job(job)).state == "delivered"
    assert line.receivers.posts.count(HANGS) <= MAX_SLOW_FAILURES + 1


def test_every_callback_to_a_receiver_that_hangs_ends_and_its_last_attempt_is_made() -> None:
    line = CallbackLine({HANGS: (HANG_S, None)})
    jobs = [line.end_job(HANGS) for _ in range(3)]
    line.run(2 * sum(PAUSES))
    callbacks = [Callback.of(line.world.job(job)) for job in jobs]
    assert {each.state for each in callbacks} == {"failed"}
    assert {each.attempts for each in callbacks} == {len(PAUSES) + 1}
    assert NOT_SENT.error not in {each.last_error for each in callbacks}
    assert not line.world.queue.queues[CALLBACKS]


def test_a_paused_receiver_is_asked_again_after_each_pause_and_forgiven_when_it_answers() -> None:
    receivers, breaker = make_breaker((HANG_S, None))
    for _ in range(MAX_SLOW_FAILURES):
        assert post(breaker) != NOT_SENT
    assert post(breaker) == NOT_SENT
    receivers.world.clock.sleep(FIRST_PAUSE_S)
    assert post(breaker) != NOT_SENT
    receivers.world.clock.sleep(FIRST_PAUSE_S)
    assert post(breaker) == NOT_SENT  # the second pause is twice as long
    receivers.world.clock.sleep(FIRST_PAUSE_S)
    receivers.answers[HANGS] = (0, 204)
    assert post(breaker).status == 204
    receivers.answers[HANGS] = (HANG_S, None)
    assert post(breaker) != NOT_SENT
    assert post(breaker) != NOT_SENT


def test_a_pause_has_a_longest() -> None:
    receivers, breaker = make_breaker((HANG_S, None))
    for _ in range(2000):
        post(breaker, last=True)
    receivers.world.clock.sleep(MAX_PAUSE_S)
    assert post(breaker) != NOT_SENT


@pytest.mark.parametrize("answer", [(0.0, None), (SLOW_S / 2, 500), (HANG_S, 204)])
def test_a_quick_failure_and_a_slow_success_pause_nobody(answer: tuple[float, int | None]) -> None:
    _, breaker = make_breaker(answer)
    for _ in range(MAX_SLOW_FAILURES * 2):
        assert post(breaker) != NOT_SENT


def test_another_port_of_the_host_is_another_receiver() -> None:
    receivers, breaker = make_breaker((HANG_S, None))
    receivers.answers["https://hangs.example:8443/"] = (0, 204)
    for _ in range(MAX_SLOW_FAILURES):
        post(breaker)
    assert post(breaker, "https://hangs.example:8443/").status == 204


def test_a_number_of_receivers_is_remembered() -> None:
    receivers, breaker = make_breaker((HANG_S, None))
    for number in range(MAX_HOSTS + 10):
        url = f"https://host{number}.example/"
        receivers.answers[url] = (HANG_S, None)
        post(breaker, url)
    assert len(breaker._hosts) == MAX_HOSTS
