"""An input at a url: fetched once, stored, and used by later attempts and parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from heavylift.errors import InvalidRequest, OverLimit
from heavylift.job_store.sealed import load_params
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import fetched_key, sealed_key
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.service.inputs import Input
from heavylift.service.job_view import view
from heavylift.service.labels import Labels
from heavylift.service.remote import FromUrl
from heavylift.service.submission import Submission, digest_of
from heavylift.service.submit import submit
from heavylift.worker.outcome import JobOutcome
from heavylift.worker.runner import Runner
from tests.support.file_server import endless, promise, redirect_to, serve
from tests.support.receiver import Receiver, Request, respond, run_receiver
from tests.support.world import COPY, QUEUE, TEXT, CopyTask, World

CONTENT = TEXT + b"from afar"
SECRETS = {"Authorization": "Bearer of-the-header"}


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with run_receiver() as started:
        yield started


@pytest.fixture(autouse=True)
def clean(server: Receiver) -> None:
    server.received.clear()
    server.script.clear()


def make_world(task: CopyTask | None = None) -> World:
    world = World(task)
    allowed = world.system.settings.model_copy(update={"private_callbacks": True})
    world.system = replace(world.system, settings=allowed)
    return world


def submit_url(world: World, given: Input, **params: object) -> Job:
    return submit(world.system, Submission("me", COPY.name, params, given))


def test_the_file_is_fetched_and_the_record_shows_it(server: Receiver) -> None:
    world = make_world()
    server.script["/a/notes.txt?signature=s3cret"] = [serve(CONTENT)]
    url = server.url("/a/notes.txt?signature=s3cret")
    job = submit_url(world, FromUrl(url, SECRETS))
    shown = view(job, "").input
    assert shown is not None
    assert (shown.name, shown.bytes, shown.media_type) == ("notes.txt", None, None)
    world.work()
    done = world.job(job)
    assert done.status == Status.DONE, done.error
    assert world.objects.read(f"jobs/{job.id}/outputs/copy-1.txt") == CONTENT
    shown = view(done, "").input
    assert shown is not None
    assert shown.model_dump() == {
        "name": "notes.txt",
        "bytes": len(CONTENT),
        "media_type": "text/plain",
        "url": server.url("/a/notes.txt"),
    }
    [asked] = server.received
    assert asked.headers["authorization"] == SECRETS["Authorization"]


def test_no_record_and_no_view_holds_the_query_or_the_headers(server: Receiver) -> None:
    world = make_world()
    server.script["/a?signature=s3cret"] = [respond(403)]
    job = submit_url(world, FromUrl(server.url("/a?signature=s3cret"), SECRETS))
    world.work()
    assert world.job(job).status == Status.FAILED
    held = json.dumps([*world.table.items.values()], default=str) + view(world.job(job), "").model_dump_json()
    assert "s3cret" not in held
    assert "of-the-header" not in held
    assert load_params(world.objects, job) == {"parts": 1}


def test_parts_and_later_attempts_use_the_copy(server: Receiver) -> None:
    failures = [OverLimit("again"), OverLimit("again")]

    def fail_twice(_number: int) -> None:
        if failures:
            raise failures.pop()

    for parts in (1, 3):
        world = make_world(CopyTask(before=fail_twice))
        server.script["/once"] = [serve(CONTENT), respond(404)]
        job = submit_url(world, FromUrl(server.url("/once")), parts=parts)
        world.work()
        assert world.job(job).status == Status.DONE
        assert len(world.outputs(job)) == parts
        failures += [OverLimit("again")] * 2
    assert len(server.at("/once")) == 2


@pytest.mark.parametrize(
    ("behaviour", "problem", "retryable", "asked"),
    [
        (respond(404), "input-not-served", False, 1),
        (respond(503), "input-unreachable", True, 3),
        (promise(900, b"text:"), "input-unreachable", True, 3),
        (endless(), "input-too-large", False, 1),
        (serve(b"\x00 no text"), "input-not-accepted", False, 1),
        (serve(b""), "input-not-accepted", False, 1),
        (redirect_to("gopher://a.example/"), "input-address-refused", False, 1),
    ],
)
def test_a_failed_fetch_is_a_problem_of_the_job(
    server: Receiver, behaviour: object, problem: str, retryable: bool, asked: int
) -> None:
    world = make_world()
    server.script["/odd"] = [behaviour]  # type: ignore[list-item]
    job = submit_url(world, FromUrl(server.url("/odd")))
    world.work()
    failed = world.job(job)
    assert failed.error is not None
    assert (failed.error["type"], failed.error["retryable"]) == (f"/problems/{problem}", retryable)
    assert len(server.at("/odd")) == asked
    assert world.objects.head(sealed_key(job.id))  # for a retry
    server.script["/odd"] = [serve(CONTENT)]
    retry(world.system, failed)
    world.work()
    assert world.job(job).status == Status.DONE


def test_a_private_address_is_refused_when_it_is_submitted_and_when_it_is_fetched() -> None:
    world = World()
    for url in ("https://10.0.0.1/", "http://example.org/", "https://user@example.org/"):
        with pytest.raises(InvalidRequest) as refused:
            submit_url(world, FromUrl(url))
        assert [fault["pointer"] for fault in refused.value.faults] == ["/input/url"]
    assert not world.objects.objects
    allowed = make_world()
    job = submit_url(allowed, FromUrl("http://127.0.0.1:9/"))
    allowed.system = replace(allowed.system, settings=world.system.settings)
    allowed.work()
    assert (allowed.job(job).error or {})["type"] == "/problems/input-address-refused"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "a"},
        {"Range": "bytes=0-1"},
        {"a b": "c"},
        {"X": "a\r\nb"},
        {"X": "\u00e9"},
        {"X": "a" * 5000},
    ],
)
def test_a_header_that_is_not_the_callers_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        submit_url(World(), FromUrl("https://example.org/", headers))
    assert refused.value.faults[0]["pointer"].startswith("/input/headers")


def test_a_worker_that_lost_its_lease_does_not_change_the_input(server: Receiver) -> None:
    """The first worker's fetch takes longer than its lease; the second has fetched meanwhile."""
    world = make_world()
    job = submit_url(world, FromUrl(server.url("/late")))

    def overtake(request: Request) -> None:
        world.clock.sleep(100)
        server.script["/late"] = [serve(TEXT + b"second")]
        Runner(world.system, {COPY.name: CopyTask()}).run(Message(job.id), "r", world.invocation())
        serve(TEXT + b"first")(request)

    server.script["/late"] = [overtake]
    disposition = world.work_once(QUEUE)
    assert disposition is not None
    assert disposition.outcome == JobOutcome.LEASE_LOST
    done = world.job(job)
    assert done.status == Status.DONE
    assert (done.input or {})["key"] == fetched_key(job.id, done.fence)
    assert world.objects.read(f"jobs/{job.id}/outputs/copy-1.txt") == TEXT + b"second"


def test_a_cancel_stops_a_fetch(server: Receiver) -> None:
    world = make_world()
    job = submit_url(world, FromUrl(server.url("/canceled")))

    def cancel_then_serve(request: Request) -> None:
        cancel(world.system, world.job(job))
        serve(CONTENT)(request)

    server.script["/canceled"] = [cancel_then_serve]
    disposition = world.work_once(QUEUE)
    assert disposition is not None
    assert disposition.outcome == JobOutcome.CANCELED
    assert world.outputs(job) == []
    delete_job(world.system, "me", job.id)
    assert not [key for key in world.objects.objects if key.startswith(f"jobs/{job.id}/")]


def test_a_worker_of_the_release_before_puts_the_job_off(server: Receiver) -> None:
    """It reads the object of secret params, whose `$input` it does not know."""
    world = make_world()
    job = submit_url(world, FromUrl(server.url("/new")))
    stored = json.loads(world.objects.read(sealed_key(job.id)))
    assert set(stored) == {"parts", "$input"}
    assert "$sealed" in job.params


def test_one_idempotency_key_is_for_one_url_and_its_headers() -> None:
    given = [
        FromUrl("https://a.example/"),
        FromUrl("https://b.example/"),
        FromUrl("https://a.example/", {"A": "1"}),
    ]
    digests = {digest_of(Submission("me", COPY.name, {}, each)) for each in given}
    assert len(digests) == 3


def test_the_name_is_the_callers_or_the_end_of_the_path() -> None:
    world = World()
    names = {
        "https://example.org/a%20b/re%CC%81sum%C3%A9.pdf?x=1": "r\u00e9sum\u00e9.pdf",
        "https://example.org/": None,
    }
    for url, name in names.items():
        job = submit_url(world, FromUrl(url))
        assert (job.input or {}).get("name") == name
    named = submit(
        world.system,
        Submission(
            "me", COPY.name, {}, FromUrl("https://example.org/a.txt"), labels=Labels(file_name="b.txt")
        ),
    )
    assert (named.input or {})["name"] == "b.txt"


@pytest.mark.parametrize(
    "url",
    [
        "https://b.s3.eu-central-1.amazonaws.com/a%20b.pdf?X-Amz-Credential=AKIA%2F20261128%2Fs3&X-Amz-Signature=0a",
        "https://storage.googleapis.com/bucket/a.pdf?X-Goog-Credential=x%40y.iam%2F20261128&X-Goog-Signature=0a",
        "https://account.blob.core.windows.net/c/a.pdf?sv=2024-11-04&sig=a%2Bb%2Fc%3D&se=2026-11-29T00%3A00%3A00Z",
    ],
)
def test_a_presigned_url_is_asked_for_as_it_was_signed(url: str) -> None:
    assert FromUrl(url).to_source()["url"] == url
