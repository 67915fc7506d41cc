"""What becomes of a callback after each attempt: the schedule, and how it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heavylift.service.job_view import view
from heavylift.webhooks.delivery_state import JITTER, LAST_CHANCE_S, LEASE_S, Answer, Callback, State
from tests.support.world import World

PAUSES = (5.0, 30.0, 120.0)
NOW = 1_790_000_000.0
FAR = NOW + 1e9
REFUSED = Answer(500, "The receiver answered 500.")


def answered(callback: Callback, answer: Answer, now: float = NOW, expires_at: float = FAR) -> Callback:
    return callback.answered(answer, pauses=PAUSES, now=now, expires_at=expires_at, chance=0.5)


def test_an_attempt_counts_when_it_begins_and_keeps_others_off() -> None:
    claimed = Callback(1).claimed(NOW)
    assert (claimed.attempts, claimed.next_at, claimed.settled) == (1, NOW + LEASE_S, False)


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_a_success_settles_it(status: int) -> None:
    failed_before = answered(Callback(1).claimed(NOW), REFUSED)
    done = answered(failed_before.claimed(NOW + 5), Answer(status))
    assert done == Callback(1, State.DELIVERED, attempts=2, last_status=status)


def test_a_receiver_that_is_gone_is_left_alone() -> None:
    gone = answered(Callback(1).claimed(NOW), Answer(410, "gone"))
    assert (gone.state, gone.next_at, gone.settled) == (State.GONE, None, True)


@given(st.floats(0, 1), st.sampled_from([100, 199, 301, 302, 400, 404, 429, 500, 503, None]))
def test_every_other_answer_is_tried_again_after_each_pause_and_then_given_up(
    chance: float, status: int | None
) -> None:
    callback, now = Callback(1), NOW
    for number, pause in enumerate(PAUSES, 1):
        callback = callback.claimed(now).answered(
            Answer(status, "no"), pauses=PAUSES, now=now, expires_at=FAR, chance=chance
        )
        assert (callback.state, callback.attempts, callback.last_error) == (State.PENDING, number, "no")
        assert callback.next_at is not None
        assert pause - 1e-3 <= callback.next_at - now <= pause * (1 + JITTER) + 1e-3
        now = callback.next_at
    callback = answered(callback.claimed(now), Answer(status, "no"), now)
    assert (callback.state, callback.attempts, callback.next_at) == (State.FAILED, len(PAUSES) + 1, None)


def test_the_last_attempt_comes_before_the_job_expires() -> None:
    tried = answered(Callback(1).claimed(NOW), REFUSED, expires_at=NOW + LAST_CHANCE_S + 2)
    assert (tried.state, tried.next_at) == (State.PENDING, NOW + 2)
    again = answered(tried.claimed(NOW + 2), REFUSED, NOW + 2, expires_at=NOW + LAST_CHANCE_S + 2)
    assert again.state is State.FAILED


def test_the_record_keeps_it_and_each_end_of_a_job_has_its_own() -> None:
    job = replace(World().submit(), callback_url="https://example.org/", fence=3)
    failed = answered(Callback(3).claimed(NOW), REFUSED)
    told = replace(job, callback=failed.stored())
    assert None not in failed.stored().values()
    assert Callback.of(told) == failed
    assert Callback.of(replace(told, fence=4)) == Callback(4)


def test_the_job_shows_it_without_what_the_address_may_carry() -> None:
    job = replace(World().submit(), callback_url="https://example.org/hooks?token=secret", fence=1)
    failed = answered(Callback(1).claimed(NOW), REFUSED)
    shown = view(replace(job, callback=failed.stored()), "").model_dump(mode="json")["callback"]
    assert shown == {
        "url": "https://example.org/hooks",
        "state": "pending",
        "attempts": 1,
        "last_status": 500,
        "last_error": "The receiver answered 500.",
        "next_at": "2026-09-21T14:13:25.200000Z",
    }
    assert view(replace(job, callback_url=None), "").callback is None
