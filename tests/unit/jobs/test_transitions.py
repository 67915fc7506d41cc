"""The pure rules: moves, ids, messages, backoff, preferences."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.prefer import MAX_WAIT_S, Prefer, parse_prefer
from heavylift.jobs import states as moves
from heavylift.jobs.ids import created_at_of, new_id
from heavylift.jobs.job import OPEN_SHARDS, shard_of
from heavylift.jobs.retry import BASE_S, CAP_S, backoff
from heavylift.jobs.states import Move, Status
from heavylift.ports.queue import Message, Undecodable

MOVES = [move for move in vars(moves).values() if isinstance(move, Move)]
TIMES = st.floats(min_value=0, max_value=4e9)


def test_nothing_leaves_done() -> None:
    assert MOVES
    assert not any(moves.DONE in move.sources for move in MOVES)


def test_only_a_retry_reopens_an_ended_job() -> None:
    reopening = [m for m in MOVES if m.target.status == Status.PROCESSING]
    from_the_end = [m for m in reopening if any(s.status != Status.PROCESSING for s in m.sources)]
    assert from_the_end == [moves.RETRY, moves.WAIT_AGAIN]


@pytest.mark.parametrize("move", MOVES)
def test_a_moves_sources_are_a_product_of_statuses_and_phases(move: Move) -> None:
    """The condition is two IN lists, so their product must be exactly the sources."""
    every = {moves.SCHEDULED, moves.WAITING, moves.QUEUED, moves.RUNNING}
    every |= {moves.DONE, moves.FAILED, moves.CANCELED}
    statuses, phases = {s.status for s in move.sources}, {s.phase for s in move.sources}
    assert {s for s in every if s.status in statuses and s.phase in phases} == set(move.sources)


@given(TIMES)
def test_an_id_is_a_uuid7_with_its_time(now: float) -> None:
    made = new_id(now)
    assert uuid.UUID(made).version == 7
    created_at = created_at_of(made)
    assert created_at is not None
    assert abs(created_at - now) < 0.0011
    assert 0 <= shard_of(made) < OPEN_SHARDS


@given(TIMES, st.floats(min_value=0.002, max_value=1e6))
def test_ids_sort_by_time(now: float, later: float) -> None:
    assert new_id(now) < new_id(now + later)


@given(st.text())
def test_other_texts_have_no_time(text: str) -> None:
    assert created_at_of(text) is None


def test_only_the_canonical_form_of_an_id_counts() -> None:
    made = new_id(1e9)
    assert created_at_of(made.upper()) is None or made.upper() == made
    assert created_at_of(f"{{{made}}}") is None
    assert created_at_of(str(uuid.uuid4())) is None


@given(st.text(), st.none() | st.text())
def test_a_message_survives_the_queue(job_id: str, part: str | None) -> None:
    assert Message.decode(Message(job_id, part).encode()) == Message(job_id, part)


@given(st.text() | st.sampled_from(["null", "[]", "1", '{"v":1}', '{"v":2,"job":"x"}', '{"v":1,"job":3}']))
def test_another_text_is_undecodable(body: str) -> None:
    with pytest.raises(Undecodable):
        Message.decode(body)


@given(st.integers(1, 50), st.floats(0, 1))
def test_a_pause_is_bounded_and_never_spins(attempt: int, chance: float) -> None:
    pause = backoff(attempt, chance)
    assert BASE_S <= pause <= BASE_S + CAP_S
    assert backoff(attempt, 1.0) <= backoff(attempt + 1, 1.0)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, Prefer()),
        ("wait=10", Prefer(10)),
        ("wait=999", Prefer(MAX_WAIT_S)),
        ('handling=strict, wait="5"', Prefer(5, strict=True)),
        ("wait=-1, respond-async", Prefer()),
        ("WAIT=3; foo", Prefer(3)),
        ("wait=²", Prefer()),
    ],
)
def test_preferences_are_honoured_or_ignored(header: str | None, expected: Prefer) -> None:
    assert parse_prefer(header) == expected


@given(st.text())
def test_no_preference_header_breaks_anything(header: str) -> None:
    wait_s = parse_prefer(header).wait_s
    assert wait_s is None or 0 <= wait_s <= MAX_WAIT_S
