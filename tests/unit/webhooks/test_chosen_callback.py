"""A callback with headers of the client's own, and for the ends that it has chosen."""

from __future__ import annotations

import logging

import pytest

from heavylift.adapters.aws.expressions import item_to_wire
from heavylift.errors import InvalidInput
from heavylift.jobs.object_keys import callback_headers_key
from heavylift.ports.queue import Done
from heavylift.runtime import bootstrap
from heavylift.service import control
from heavylift.service.delete import delete_job
from heavylift.webhooks.parking import CALLBACKS
from tests.support.world import CopyTask
from tests.unit.webhooks.delivery_case import DeliveryCase, failure, make_case
from webhooks import stream
from webhooks.deliver import DeliveryOutcome

OWN = {"Authorization": "Bearer top-secret", "X-Team": "invoices"}
NOTHING = Done(DeliveryOutcome.NOTHING_TO_DO)


def end(how: str, **choice: object) -> DeliveryCase:
    """Return a job with this end."""

    def fail(_number: int) -> None:
        raise InvalidInput("no good")

    task = CopyTask(before=fail) if how == "FAILED" else None
    case = make_case(task=task, run=how != "CANCELED", **choice)  # type: ignore[arg-type]
    if how == "CANCELED":
        control.cancel(case.world.system, case.read_job())
    return case


def holds_headers(case: DeliveryCase) -> bool:
    return callback_headers_key(case.job.id) in case.world.objects.objects


def pass_stream(case: DeliveryCase, monkeypatch: pytest.MonkeyPatch) -> int:
    """Hand the job's record to the function of the stream. Return how many messages it sends."""
    monkeypatch.setattr(bootstrap, "get_system", lambda: case.world.system)
    monkeypatch.setattr(bootstrap, "get_callback_queue", lambda: case.world.queue)
    images = {"NewImage": item_to_wire(case.world.table.get(case.job.key) or {})}
    stream.handle_record({"eventName": "MODIFY", "dynamodb": images})
    return len(case.world.queue.queues.get(CALLBACKS, []))


def test_every_delivery_has_the_headers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    case = make_case(failure(500), headers=OWN)
    case.deliver()
    case.world.clock.sleep(10)
    case.deliver()
    for _, body, headers in case.sender.posts:
        assert OWN.items() <= headers.items()
        assert {"webhook-id", "webhook-signature", "Content-Type", "User-Agent"} <= headers.keys()
        assert b"top-secret" not in body
    assert len(case.sender.posts) == 2
    assert "top-secret" not in caplog.text + str(case.world.table.items) + str(case.show_callback())


@pytest.mark.parametrize(("answers", "state"), [([], "delivered"), ([failure(410)], "gone")])
def test_the_headers_of_a_done_job_are_deleted_once_no_delivery_can_follow(
    answers: list[object], state: str
) -> None:
    case = make_case(failure(500), *answers, headers=OWN)  # type: ignore[arg-type]
    case.deliver()
    assert holds_headers(case), "another delivery follows"
    case.world.clock.sleep(10)
    case.deliver()
    assert case.show_callback()["state"] == state
    assert not holds_headers(case)


def test_the_headers_of_a_failed_job_stay_for_its_retry() -> None:
    case = end("FAILED", headers=OWN)
    case.deliver()
    case.world.task.before = lambda number: None
    control.retry(case.world.system, case.read_job())
    case.world.work()
    case.deliver()
    assert [headers["Authorization"] for _, _, headers in case.sender.posts] == [OWN["Authorization"]] * 2
    assert not holds_headers(case)


def test_nothing_is_sent_without_the_headers() -> None:
    case = make_case(headers=OWN)
    case.world.objects.delete(callback_headers_key(case.job.id))
    case.deliver()
    assert not case.sender.posts
    assert case.show_callback()["last_error"] == "Not sent: the callback's own headers no longer exist."


def test_a_deletion_of_the_job_deletes_the_headers() -> None:
    case = end("FAILED", headers=OWN)
    delete_job(case.world.system, "me", case.job.id)
    assert not holds_headers(case)
    assert case.deliver() == NOTHING


@pytest.mark.parametrize("how", ["DONE", "FAILED", "CANCELED"])
@pytest.mark.parametrize("on", [(), ("done",), ("failed", "canceled"), ("done", "failed", "canceled")])
def test_one_callback_for_each_chosen_end_and_none_for_another(
    how: str, on: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = end(how, on=on)
    wanted = not on or how.lower() in on
    assert pass_stream(case, monkeypatch) == int(wanted)
    outcomes = [case.deliver().outcome for _ in range(3)]
    assert outcomes.count(DeliveryOutcome.DELIVERED) == int(wanted)
    assert len(case.sender.posts) == int(wanted)
    assert case.show_callback()["state"] == ("delivered" if wanted else "skipped")
    assert case.show_callback()["on"] == ([] if len(on) in (0, 3) else list(on))


def test_a_retry_may_lead_to_a_chosen_end() -> None:
    case = end("FAILED", on=("done",))
    assert case.deliver() == NOTHING
    case.world.task.before = lambda number: None
    control.retry(case.world.system, case.read_job())
    assert case.show_callback()["state"] == "pending"
    case.world.work()
    assert case.deliver() == Done(DeliveryOutcome.DELIVERED)


@pytest.mark.parametrize(("how", "kept"), [("DONE", False), ("FAILED", True)])
def test_the_headers_of_a_job_whose_end_is_not_chosen(
    how: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = end(how, headers=OWN, on=("canceled",))
    assert pass_stream(case, monkeypatch) == 0
    assert holds_headers(case) == kept, "only a retry can need them"


def test_the_times_of_the_deliveries_are_recorded() -> None:
    case = make_case(failure(500), failure(None))
    began = case.world.clock.now()
    for _ in range(3):
        case.deliver()
        case.world.clock.sleep(40)
    tried = (case.read_job().callback or {})["tried"]
    assert [each["at"] - began for each in tried] == [0, 40, 80]
    assert [each.get("status") for each in tried] == [500, None, 204]
