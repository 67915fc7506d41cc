"""Any history of deliveries, kills, duplicates, lost messages and sweeps ends. No message is hidden long."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from heavylift.jobs.job import Job
from heavylift.ports.queue import Message
from heavylift.ports.table import OPEN
from heavylift.recovery.callbacks import CallbackSweep
from heavylift.webhooks.delivery_state import Callback
from heavylift.webhooks.parking import CALLBACKS, MAX_HIDDEN_S, PARKED_PARTITIONS, RESEND_S
from tests.support.world import Killed
from tests.unit.webhooks.callback_line import PAUSES, CallbackLine

URL = "https://example.org/hook"
step = st.sampled_from(["deliver", "deliver", "duplicate", "die", "sweep", "lost sweep", "a minute", "hours"])
answer = st.sampled_from([(0.0, 500), (0.0, None), (15.0, None), (15.0, 500), (0.0, 204), (0.0, 410)])


@given(st.lists(st.tuples(step, answer), max_size=30), answer)
def test_every_callback_settles_and_is_parked_exactly_while_it_waits_long(
    steps: list[tuple[str, tuple[float, int | None]]], last: tuple[float, int | None]
) -> None:
    line = CallbackLine({URL: last}, max_in_flight=3)
    job = line.end_job(URL)
    for move, line.receivers.answers[URL] in steps:
        play(line, job, move)
        callback, now = Callback.of(line.world.job(job)), line.world.clock.now()
        parked = list(read_parked(line))
        assert not (callback.settled and parked)
        if parked and callback.next_at is not None and callback.next_at > now:
            assert parked == [callback.next_at]
        messages = line.world.queue.queues[CALLBACKS]
        assert parked or callback.settled or messages or now >= job.expires_at
        assert all(each.visible_at <= now + MAX_HIDDEN_S for each in messages)
    line.receivers.answers[URL] = last
    line.run(RESEND_S + 1.1 * sum(PAUSES))
    assert Callback.of(line.world.job(job)).settled or line.world.clock.now() >= job.expires_at
    assert list(read_parked(line)) == []
    assert len(line.receivers.posts) <= len(PAUSES) + 1


def play(line: CallbackLine, job: Job, move: str) -> None:
    match move:
        case "deliver":
            line.deliver_one()
        case "duplicate":
            line.world.queue.send(CALLBACKS, Message(job.id), group="me")
        case "die":
            with patch.object(line.receivers, "post", side_effect=Killed), contextlib.suppress(Killed):
                line.deliver_one()
        case "sweep" | "lost sweep":
            sweep(line, lost=move == "lost sweep")
        case "a minute":
            line.world.clock.sleep(60)
        case "hours":
            line.world.clock.sleep(4 * 3600)


def sweep(line: CallbackLine, *, lost: bool) -> None:
    """Sweep once. If `lost`, no message of the sweep arrives."""
    before = list(line.world.queue.queues[CALLBACKS])
    CallbackSweep(line.world.system, line.world.queue, line.world.clock.now() + 60).run()
    if lost:
        line.world.queue.queues[CALLBACKS] = before


def read_parked(line: CallbackLine) -> Iterator[float]:
    """Yield the times of the janitor's next looks at parked callbacks."""
    for name in PARKED_PARTITIONS:
        yield from (item["check_at"] for item in line.world.table.query(OPEN, name).items)
