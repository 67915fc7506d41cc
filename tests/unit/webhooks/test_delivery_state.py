"""The state of a callback after each attempt: its schedule and its end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heavylift.service.job_view import view
from heavylift.webhooks.delivery_state import (
    JITTER,
    LAST_CHANCE_S,
    LEASE_S,
    Callback,
    DeliveryResult,
    DeliveryState,
)
from tests.support.world import World

PAUSES = (5.0, 30.0, 120.0)
NOW = 1_790_000_000.0
FAR = NOW + 1e9
REFUSED = DeliveryResult(500, "The receiver answered 500.")


def record_answer(
    callback: Callback, answer: DeliveryResult, now: float = NOW, expires_at: float = FAR
) -> Callback:
    return callback.record_result(answer, pauses=PAUSES, now=now, expires_at=expires_at, chance=0.5)


def test_a_claim_counts_the_attempt_and_leases_the_callback() -> None:
    claimed = Callback(1).claim(NOW)
    assert (claimed.attempts, claimed.next_at, claimed.settled) == (1, NOW + LEASE_S, False)


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_a_success_settles_the_callback(status: int) -> None:
    failed_before = record_answer(Callback(1).claim(NOW), REFUSED)
    done = record_answer(failed_before.claim(NOW + 5), DeliveryResult(status))
    assert done == Callback(1, DeliveryState.DELIVERED, attempts=2, last_status=status, tried=done.tried)
    assert [each["status"] for each in done.tried] == [500, status]
    assert [set(each) for each in done.tried] == [{"at", "status", "error"}, {"at", "status"}]


def test_a_receiver_that_is_gone_gets_no_retry() -> None:
    gone = record_answer(Callback(1).claim(NOW), DeliveryResult(410, "gone"))
    assert (gone.state, gone.next_at, gone.settled) == (DeliveryState.GONE, None, True)


@given(st.floats(0, 1), st.sampled_from([100, 199, 301, 302, 400, 404, 429, 500, 503, None]))
def test_every_other_answer_is_retried_after_each_pause_then_given_up(
    chance: float, status: int | None
) -> None:
    callback, now = Callback(1), NOW
    for number, pause in enumerate(PAUSES, 1):
        callback = callback.claim(now).record_result(
            DeliveryResult(status, "no"), pauses=PAUSES, now=now, expires_at=FAR, chance=chance
        )
        assert (callback.state, callback.attempts, callback.last_error) == (
            DeliveryState.PENDING,
            number,
            "no",
        )
        assert callback.next_at is not None
        assert pause - 1e-3 <= callback.next_at - now <= pause * (1 + JITTER) + 1e-3
        now = callback.next_at
    callback = record_answer(callback.claim(now), DeliveryResult(status, "no"), now)
    assert (callback.state, callback.attempts, callback.next_at) == (
        DeliveryState.FAILED,
        len(PAUSES) + 1,
        None,
    )


def test_the_last_attempt_comes_before_the_job_expires() -> None:
    tried = record_answer(Callback(1).claim(NOW), REFUSED, expires_at=NOW + LAST_CHANCE_S + 2)
    assert (tried.state, tried.next_at) == (DeliveryState.PENDING, NOW + 2)
    again = record_answer(tried.claim(NOW + 2), REFUSED, NOW + 2, expires_at=NOW + LAST_CHANCE_S + 2)
    assert again.state is DeliveryState.FAILED


def test_the_record_stores_the_callback_of_the_latest_end() -> None:
    job = replace(World().submit(), callback_url="https://example.org/", fence=3)
    failed = record_answer(Callback(3).claim(NOW), REFUSED)
    stored = replace(job, callback=failed.to_item())
    assert None not in failed.to_item().values()
    assert Callback.of(stored) == failed
    assert Callback.of(replace(stored, fence=4)) == Callback(4)


def test_the_job_shows_the_callback_without_the_urls_query() -> None:
    job = replace(World().submit(), callback_url="https://example.org/hooks?token=secret", fence=1)
    failed = record_answer(Callback(1).claim(NOW), REFUSED)
    shown = view(replace(job, callback=failed.to_item()), "").model_dump(mode="json")["callback"]
    assert shown == {
        "url": "https://example.org/hooks",
        "state": "pending",
        "attempts": 1,
        "last_status": 500,
        "last_error": "The receiver answered 500.",
        "next_at": "2026-09-21T14:13:25.200000Z",
        "on": [],
    }
    assert view(replace(job, callback_url=None), "").callback is None
