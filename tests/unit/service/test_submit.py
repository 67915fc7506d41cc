"""submit: accepted jobs, refusals that leave nothing behind, and idempotency keys."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.adapters.memory.clock import ManualClock
from heavylift.errors import InvalidRequest, NotFound, Refused, Throttled, TooLarge, UnsupportedMedia
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.service.inputs import MAX_DIRECT_BYTES, Input, OutputOf, Upload
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from tests.support.world import COPY, QUEUE, TEXT, World


def make_submission(given: Input = TEXT + b"hello", **changes: Any) -> Submission:
    return Submission(**{"tenant": "me", "task": COPY.name, "params": {}, "input": given} | changes)


def test_an_accepted_job_is_recorded_stored_and_queued() -> None:
    world = World()
    job = submit(world.system, make_submission(params={"parts": 2}))
    assert world.job(job).status == Status.PROCESSING
    assert world.job(job).params == {"parts": 2}
    assert world.objects.read(f"jobs/{job.id}/input") == TEXT + b"hello"
    [delivery] = world.queue.queues[QUEUE]
    assert Message.decode(delivery.body) == Message(job.id)


def test_params_are_stored_in_full() -> None:
    world = World()
    assert world.job(submit(world.system, make_submission())).params == {"parts": 1}


REFUSED: list[tuple[dict[str, Any], type[Refused], str | None]] = [
    ({"task": "no-such-task"}, NotFound, None),
    ({"params": {"parts": "many"}}, InvalidRequest, "/params/parts"),
    ({"params": {"party": 1}}, InvalidRequest, "/params/party"),
    ({"given": None}, InvalidRequest, "/input"),
    ({"given": b"%PDF-1.4"}, UnsupportedMedia, None),
    ({"given": b""}, UnsupportedMedia, None),
    ({"given": TEXT * 1000}, TooLarge, None),
    ({"given": b"x" * (MAX_DIRECT_BYTES + 1)}, TooLarge, None),
    ({"given": Upload(new_id(ManualClock().now()))}, NotFound, None),
    ({"given": OutputOf(new_id(ManualClock().now()), "a.png")}, NotFound, None),
]


@pytest.mark.parametrize(("change", "error", "pointer"), REFUSED)
def test_a_refusal_names_the_fault_and_leaves_nothing_behind(
    change: dict[str, Any], error: type[Refused], pointer: str | None
) -> None:
    world = World()
    with pytest.raises(error) as refused:
        submit(world.system, make_submission(**change))
    if isinstance(refused.value, InvalidRequest):
        assert [fault["pointer"] for fault in refused.value.faults] == [pointer]
    assert world.table.items == {}
    assert world.objects.objects == {}
    assert world.queue.queues == {}


def test_an_upload_becomes_the_input() -> None:
    world = World()
    world.objects.put("uploads/me/up", TEXT, "text/plain")
    job = submit(world.system, make_submission(Upload("up")))
    etag = getattr(world.objects.head("uploads/me/up"), "etag", None)
    assert etag
    assert job.input == {"key": "uploads/me/up", "bytes": 5, "media_type": "text/plain", "etag": etag}


def test_another_tenants_upload_is_not_there() -> None:
    world = World()
    world.objects.put("uploads/you/up", TEXT, "text/plain")
    with pytest.raises(NotFound):
        submit(world.system, make_submission(Upload("up")))


def test_an_output_becomes_the_input_of_its_owners_next_job_only() -> None:
    world = World()
    first = world.submit()
    world.work()
    second = submit(world.system, make_submission(OutputOf(first.id, "copy-1.txt")))
    assert second.input is not None
    assert second.input["key"] == f"jobs/{first.id}/outputs/copy-1.txt"
    with pytest.raises(NotFound):
        submit(world.system, make_submission(OutputOf(first.id, "copy-1.txt"), tenant="you"))
    with pytest.raises(NotFound):
        submit(world.system, make_submission(OutputOf(first.id, "copy-9.txt")))


def test_the_same_idempotency_key_gives_the_same_job() -> None:
    world = World()
    first = submit(world.system, make_submission(idempotency_key="k"))
    again = submit(world.system, make_submission(idempotency_key="k"))
    other = submit(world.system, make_submission(idempotency_key="k", tenant="you"))
    assert again.id == first.id
    assert other.id != first.id
    assert len(world.queue.queues[QUEUE]) == 2
    assert sorted(world.objects.objects) == sorted([f"jobs/{first.id}/input", f"jobs/{other.id}/input"])


def test_the_same_idempotency_key_for_another_request_is_refused() -> None:
    world = World()
    submit(world.system, make_submission(idempotency_key="k"))
    with pytest.raises(InvalidRequest):
        submit(world.system, make_submission(idempotency_key="k", params={"parts": 2}))
    with pytest.raises(InvalidRequest):
        submit(world.system, make_submission(TEXT + b"other", idempotency_key="k"))
    assert len(world.objects.objects) == 1


def test_an_idempotency_key_expires_with_its_job() -> None:
    world = World()
    first = submit(world.system, make_submission(idempotency_key="k"))
    world.clock.sleep(first.expires_at - world.clock.now() + 1)
    assert submit(world.system, make_submission(idempotency_key="k")).id != first.id


def test_a_job_whose_message_can_not_be_sent_is_accepted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()

    def refuse(*args: object, **options: object) -> None:
        raise Throttled

    monkeypatch.setattr(world.queue, "send", refuse)
    job: Job = submit(world.system, make_submission())
    assert "open_pk" in world.table.items[job.key]


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(UnsupportedMedia, match="is empty"):
        submit(World().system, make_submission(b""))
