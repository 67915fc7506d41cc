"""The delivery of outputs: what is sent, its retries, and what stops it."""

from __future__ import annotations

import json

import pytest

from heavylift.errors import InvalidRequest
from heavylift.jobs.object_keys import deliver_key
from heavylift.ports.queue import Done, Retry
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.service.deliver import DeliverTo
from heavylift.service.job_view import view
from heavylift.service.submission import Submission, digest_of
from heavylift.service.submit import submit
from heavylift.webhooks.delivery_state import DeliveryResult
from heavylift.webhooks.output_delivery import DELIVERY_LEASE_S, reminder_key
from tests.support.world import COPY, TEXT, Killed, World
from tests.unit.webhooks.output_case import PAUSES, PUT, OutputCase, make_case
from webhooks.deliver_outputs import OutputOutcome

POST = DeliverTo(
    post_url="https://bucket.example/?x=1", fields={"key": "results/${filename}", "policy": "p0licy"}
)
REFUSED = DeliveryResult(503, "The receiver answered 503.")


def names_of(case: OutputCase) -> list[str]:
    return [url.partition("/results/")[2].partition("?")[0] for url in case.sender.urls]


def is_reminded(case: OutputCase) -> bool:
    return "open_pk" in case.world.table.items[reminder_key(case.job.id)]


def test_every_output_is_put_to_its_own_url() -> None:
    case = make_case()
    assert case.show() == {
        "url": "https://example.org/results/{name}",
        "state": "pending",
        "sent": 0,
        "total": 3,
        "attempts": 0,
        "last_status": None,
        "last_error": None,
        "next_at": None,
    }
    assert case.deliver() == Done(OutputOutcome.DELIVERED)
    assert names_of(case) == ["copy-1.txt", "copy-2.txt", "copy-3.txt"]
    assert case.sender.bodies == [TEXT + b"hello"] * 3
    first = case.sender.requests[0]
    assert (first.method, first.url) == ("PUT", "https://example.org/results/copy-1.txt?token=s3cret")
    assert first.all_headers["Authorization"] == "Bearer word"
    assert first.all_headers["Content-Type"] == "text/plain"
    assert first.all_headers["Content-Length"] == str(len(TEXT) + 5)
    assert (case.show()["state"], case.show()["sent"], case.show()["last_status"]) == ("delivered", 3, 201)
    assert case.world.objects.head(deliver_key(case.job.id)) is None
    assert not is_reminded(case)


def test_a_post_policy_gets_its_fields_and_the_file_last() -> None:
    case = make_case(parts=1, to=POST)
    assert case.deliver() == Done(OutputOutcome.DELIVERED)
    [request], [body] = case.sender.requests, case.sender.bodies
    assert (request.method, request.url) == ("POST", "https://bucket.example/?x=1")
    assert len(body) == int(request.all_headers["Content-Length"])
    names = [line for line in body.decode().splitlines() if line.startswith("Content-Disposition")]
    assert names == [
        'Content-Disposition: form-data; name="key"',
        'Content-Disposition: form-data; name="policy"',
        'Content-Disposition: form-data; name="file"; filename="copy-1.txt"',
    ]
    assert b"\r\n\r\nresults/copy-1.txt\r\n" in body


def test_what_was_sent_is_not_sent_again() -> None:
    case = make_case(DeliveryResult(200), REFUSED)
    disposition = case.deliver()
    assert isinstance(disposition, Retry)
    assert disposition.outcome is OutputOutcome.FAILED
    assert disposition.seconds == pytest.approx(5.2)
    assert (case.show()["sent"], case.show()["last_error"]) == (1, REFUSED.error)
    early = case.deliver()
    assert early.outcome is OutputOutcome.NOT_YET
    case.world.clock.sleep(disposition.seconds)
    assert case.deliver() == Done(OutputOutcome.DELIVERED)
    assert names_of(case) == ["copy-1.txt", "copy-2.txt", "copy-2.txt", "copy-3.txt"]


def test_a_delivery_is_given_up_after_the_last_pause() -> None:
    case = make_case(*[REFUSED] * 9)
    for pause in PAUSES:
        case.deliver()
        case.world.clock.sleep(pause * 1.1)
    assert case.deliver() == Done(OutputOutcome.GIVEN_UP)
    assert (case.show()["state"], case.show()["attempts"]) == ("failed", len(PAUSES) + 1)
    assert case.deliver() == Done(OutputOutcome.NOTHING_TO_DO)
    assert len(case.sender.urls) == len(PAUSES) + 1
    assert case.world.objects.head(deliver_key(case.job.id)) is None


def test_an_accepted_output_begins_the_schedule_anew() -> None:
    case = make_case(REFUSED, REFUSED, DeliveryResult(200), REFUSED)
    pauses = []
    for _ in range(3):
        disposition = case.deliver()
        assert isinstance(disposition, Retry)
        pauses.append(disposition.seconds)
        case.world.clock.sleep(disposition.seconds)
    assert pauses == pytest.approx([5.2, 31.2, 5.2])


def test_a_receiver_that_is_gone_gets_no_more() -> None:
    case = make_case(DeliveryResult(410, "The receiver answered 410."))
    assert case.deliver() == Done(OutputOutcome.GIVEN_UP)
    assert case.show()["state"] == "gone"
    assert case.deliver() == Done(OutputOutcome.NOTHING_TO_DO)


def test_a_long_delivery_goes_on_in_the_next_invocation() -> None:
    case = make_case(parts=5)
    case.sender.seconds = 80
    dispositions = []
    while True:
        dispositions.append(case.deliver())
        if isinstance(dispositions[-1], Done):
            break
        assert dispositions[-1] == Retry(OutputOutcome.CONTINUED, 0)
    assert len(dispositions) > 1
    assert names_of(case) == [f"copy-{number}.txt" for number in range(1, 6)]
    assert case.show()["state"] == "delivered"


def test_a_sender_that_dies_is_followed_by_another_after_its_lease() -> None:
    case = make_case(DeliveryResult(200), Killed)
    case.sender.seconds = 3
    with pytest.raises(Killed):
        case.deliver()
    assert case.show()["sent"] == 1
    waiting = case.deliver()
    assert isinstance(waiting, Retry)
    assert 0 < waiting.seconds <= DELIVERY_LEASE_S
    case.world.clock.sleep(waiting.seconds)
    assert case.deliver() == Done(OutputOutcome.DELIVERED)
    assert names_of(case) == ["copy-1.txt", "copy-2.txt", "copy-2.txt", "copy-3.txt"]


def test_senders_that_always_die_come_to_an_end() -> None:
    case = make_case(*[Killed] * 20)
    for _ in range(len(PAUSES) + 1):
        with pytest.raises(Killed):
            case.deliver()
        case.world.clock.sleep(DELIVERY_LEASE_S)
    assert case.deliver() == Done(OutputOutcome.GIVEN_UP)
    assert case.show()["state"] == "failed"


def test_of_two_messages_only_one_sends() -> None:
    case = make_case()
    seen = []
    case.sender.during_send = lambda: seen.append(case.deliver().outcome)
    assert case.deliver() == Done(OutputOutcome.DELIVERED)
    assert set(seen) == {OutputOutcome.NOT_YET}
    assert len(case.sender.urls) == 3


def test_a_deletion_stops_the_delivery() -> None:
    case = make_case()
    case.sender.during_send = lambda: delete_job(case.world.system, "me", case.job.id)
    assert case.deliver() == Done(OutputOutcome.NOTHING_TO_DO)
    assert len(case.sender.urls) == 1
    tombstone = case.world.table.items[case.job.key]
    assert not {"deliver_url", "delivery"} & set(tombstone)
    assert not [key for key in case.world.objects.objects if key.startswith(f"jobs/{case.job.id}/")]
    assert case.deliver() == Done(OutputOutcome.NOTHING_TO_DO)


def test_only_a_done_job_is_delivered_and_a_retry_makes_it_one() -> None:
    case = make_case(run=False)
    assert case.deliver() == Done(OutputOutcome.NOTHING_TO_DO)
    canceled = cancel(case.world.system, case.read_job())
    assert case.deliver() == Done(OutputOutcome.NOTHING_TO_DO)
    assert case.show()["total"] is None
    retry(case.world.system, canceled)
    case.world.work()
    assert case.deliver() == Done(OutputOutcome.DELIVERED)


def test_an_expired_job_and_one_without_a_target_are_left() -> None:
    case = make_case()
    plain = case.world.submit()
    case.world.work()
    assert case.deliver(plain) == Done(OutputOutcome.NOTHING_TO_DO)
    assert view(case.world.job(plain), "").delivery is None
    case.world.clock.sleep(case.read_job().expires_at - case.world.clock.now())
    assert case.deliver() == Done(OutputOutcome.NOTHING_TO_DO)
    assert not case.sender.urls


def test_no_record_and_no_view_holds_a_secret_of_the_target() -> None:
    for target in (PUT, POST):
        case = make_case(REFUSED, to=target)
        case.deliver()
        held = json.dumps([*case.world.table.items.values()], default=str)
        held += view(case.read_job(), "").model_dump_json()
        assert not [secret for secret in ("s3cret", "Bearer", "p0licy", "x=1") if secret in held]


@pytest.mark.parametrize(
    ("target", "pointer"),
    [
        (DeliverTo(put_url="https://example.org/results"), "/deliver/put_url"),
        (DeliverTo(put_url="https://{name}.example.org/"), "/deliver/put_url"),
        (DeliverTo(put_url="http://example.org/{name}"), "/deliver/put_url"),
        (DeliverTo(put_url="https://10.0.0.1/{name}"), "/deliver/put_url"),
        (DeliverTo(put_url="https://example.org/{name}", headers={"Host": "a"}), "/deliver/headers/Host"),
        (DeliverTo(post_url="https://10.0.0.1/", fields={"key": "${filename}"}), "/deliver/post/url"),
        (DeliverTo(post_url="https://example.org/", fields={"key": "one"}), "/deliver/post/fields"),
    ],
)
def test_a_target_that_may_not_be_is_refused_and_leaves_nothing(target: DeliverTo, pointer: str) -> None:
    world = World()
    with pytest.raises(InvalidRequest) as refused:
        submit(world.system, Submission("me", COPY.name, {}, TEXT, deliver=target))
    assert [fault["pointer"] for fault in refused.value.faults] == [pointer]
    assert not world.table.items
    assert not world.objects.objects


def test_the_target_belongs_to_the_request_of_an_idempotency_key() -> None:
    targets = (None, PUT, POST, DeliverTo(put_url=PUT.put_url))
    assert len({digest_of(Submission("me", COPY.name, {}, TEXT, deliver=each)) for each in targets}) == 4
    world = World()
    asked = Submission("me", COPY.name, {}, TEXT, idempotency_key="a", deliver=PUT)
    first, second = (submit(world.system, asked) for _ in "12")
    assert first.id == second.id
    assert len([key for key in world.objects.objects if key.endswith("deliver.json")]) == 1
