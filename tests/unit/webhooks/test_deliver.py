"""Delivering a callback, with the real rules and time that is told to pass; only the wire is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from heavylift.errors import InvalidInput
from heavylift.jobs.job import Job, job_key
from heavylift.ports.queue import Disposition, Done, Retry
from heavylift.service import control
from heavylift.service.job_view import view
from heavylift.service.submit import Submission, submit
from heavylift.webhooks.delivery_state import LEASE_S, Answer
from heavylift.webhooks.signing import rotate
from tests.support.world import COPY, TEXT, Copy, Killed, World
from webhooks.deliver import Deliverer, Outcome
from webhooks.settings import WebhookSettings

URL = "https://example.org/hook"
PAUSES = (5.0, 30.0, 120.0)


@dataclass
class Wire:
    """What would have been posted; answers as it is told, and may look at the world while it does."""

    answers: list[Answer | type[BaseException]] = field(default_factory=list)
    posts: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    meanwhile: Any = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.posts.append((url, body, headers))
        if self.meanwhile:
            self.meanwhile()
        answer = self.answers.pop(0) if self.answers else Answer(204)
        if isinstance(answer, Answer):
            return answer
        raise answer

    @property
    def events(self) -> list[str]:
        return [headers["webhook-id"] for _, _, headers in self.posts]


@dataclass
class Scene:
    world: World
    wire: Wire
    job: Job

    def deliver(self) -> Disposition:
        deliverer = Deliverer(
            self.world.system,
            self.wire,  # type: ignore[arg-type]
            WebhookSettings(callback_pauses=PAUSES, callback_seconds=15),
            lambda: 0.5,
        )
        return deliverer.deliver(self.job.id)

    def now(self) -> Job:
        return self.world.job(self.job)

    def shown(self) -> dict[str, Any]:
        shown = view(self.now(), "").model_dump(mode="json")["callback"]
        assert isinstance(shown, dict)
        return shown


def pause_of(disposition: Disposition) -> float:
    assert isinstance(disposition, Retry)
    return disposition.seconds


def scene(*answers: Answer | type[BaseException], task: Copy | None = None, run: bool = True) -> Scene:
    world = World(task)
    job = submit(world.system, Submission("me", COPY.name, {}, TEXT + b"hello", callback_url=URL))
    if run:
        world.work()
    return Scene(world, Wire(list(answers)), job)


def no(status: int | None = 500) -> Answer:
    return Answer(status, "no")


def test_nothing_is_told_before_the_job_has_ended() -> None:
    waiting = scene(run=False)
    assert waiting.deliver() == Done(Outcome.NOTHING_TO_DO)
    looked = []
    running = scene(task=Copy(before=lambda number: looked.append(running.deliver())), run=False)
    running.world.work()
    assert looked == [Done(Outcome.NOTHING_TO_DO)]
    assert not waiting.wire.posts
    assert not running.wire.posts


def test_what_is_told_is_the_job_as_it_can_be_read_at_that_moment() -> None:
    done = scene()
    read: list[Any] = []
    done.wire.meanwhile = lambda: read.append(view(done.now(), "").model_dump(mode="json"))
    assert done.deliver() == Done(Outcome.DELIVERED)
    [(url, body, headers)] = done.wire.posts
    assert url == URL
    assert json.loads(body) == read[0]
    assert (read[0]["status"], read[0]["phase"]) == ("DONE", "finished")
    assert headers["Content-Type"] == "application/json"
    assert done.shown() == {
        "url": URL,
        "state": "delivered",
        "attempts": 1,
        "last_status": 204,
        "last_error": None,
        "next_at": None,
    }


def test_it_is_signed_with_every_valid_secret_at_that_moment() -> None:
    done = scene()
    at = done.world.clock.now()
    secrets = rotate(done.world.table, "me", now=at, overlap_s=60)
    done.deliver()
    [(_, body, headers)] = done.wire.posts
    assert headers["webhook-timestamp"] == str(int(at))
    moment = datetime.fromtimestamp(int(at), UTC)
    signatures = [Webhook(each).sign(headers["webhook-id"], moment, body.decode()) for each in secrets]
    assert headers["webhook-signature"].split(" ") == signatures
    assert len(signatures) == 2


@pytest.mark.parametrize("how", ["DONE", "FAILED", "CANCELED"])
def test_every_end_is_told(how: str) -> None:
    def fail(_number: int) -> None:
        raise InvalidInput("no good")

    ended = scene(task=Copy(before=fail) if how == "FAILED" else None, run=how != "CANCELED")
    if how == "CANCELED":
        control.cancel(ended.world.system, ended.now())
    assert ended.deliver() == Done(Outcome.DELIVERED)
    assert json.loads(ended.wire.posts[0][1])["status"] == how


def test_a_receiver_that_fails_and_comes_back_is_told_under_the_same_id() -> None:
    tried = scene(no(500), no(None))
    for pause in PAUSES[:2]:
        verdict = tried.deliver()
        assert verdict.outcome is Outcome.FAILED
        assert isinstance(verdict, Retry)
        assert pause <= verdict.seconds <= pause * 1.08
        assert tried.shown()["state"] == "pending"
        assert tried.shown()["last_error"] == "no"
        early = tried.deliver()
        assert early.outcome is Outcome.NOT_YET
        assert pause_of(early) == pytest.approx(pause_of(verdict))
        tried.world.clock.sleep(pause_of(verdict))
    assert tried.deliver() == Done(Outcome.DELIVERED)
    assert len(set(tried.wire.events)) == 1
    assert [json.loads(body)["callback"]["attempts"] for _, body, _ in tried.wire.posts] == [1, 2, 3]
    assert tried.shown()["attempts"] == 3


def test_it_is_given_up_after_the_last_pause_and_left_alone_then() -> None:
    hopeless = scene(*[no()] * 9)
    for _ in PAUSES:
        hopeless.world.clock.sleep(pause_of(hopeless.deliver()))
    assert hopeless.deliver() == Done(Outcome.GIVEN_UP)
    assert (hopeless.shown()["state"], hopeless.shown()["attempts"]) == ("failed", len(PAUSES) + 1)
    hopeless.world.clock.sleep(1000)
    assert hopeless.deliver() == Done(Outcome.NOTHING_TO_DO)
    assert len(hopeless.wire.posts) == len(PAUSES) + 1


def test_a_receiver_that_is_gone_is_not_called_again() -> None:
    gone = scene(Answer(410, "The receiver answered 410."))
    assert gone.deliver() == Done(Outcome.GIVEN_UP)
    assert gone.shown()["state"] == "gone"
    assert gone.deliver() == Done(Outcome.NOTHING_TO_DO)
    assert len(gone.wire.posts) == 1


def test_two_messages_make_one_delivery() -> None:
    done = scene()
    beside: list[Disposition] = []
    done.wire.meanwhile = lambda: beside.append(done.deliver())
    assert done.deliver() == Done(Outcome.DELIVERED)
    assert [verdict.outcome for verdict in beside] == [Outcome.NOT_YET]
    assert done.deliver() == Done(Outcome.NOTHING_TO_DO)
    assert len(done.wire.posts) == 1


def test_a_claim_that_somebody_else_was_quicker_with_is_no_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    done = scene()
    get = done.world.table.get
    beside: list[Disposition | None] = []

    def raced(key: Any) -> Any:
        item = get(key)
        if key == job_key(done.job.id) and not beside:
            beside.append(None)
            beside.append(done.deliver())  # between this one's read and its claim
        return item

    monkeypatch.setattr(done.world.table, "get", raced)
    assert done.deliver() == Done(Outcome.NOTHING_TO_DO)
    assert beside == [None, Done(Outcome.DELIVERED)]
    assert len(done.wire.posts) == 1


def test_a_worker_that_dies_has_made_an_attempt_and_another_one_delivers() -> None:
    done = scene(Killed)
    with pytest.raises(Killed):
        done.deliver()
    assert (done.shown()["state"], done.shown()["attempts"]) == ("pending", 1)
    held = done.deliver()
    assert held == Retry(Outcome.NOT_YET, LEASE_S)
    done.world.clock.sleep(LEASE_S)
    assert done.deliver() == Done(Outcome.DELIVERED)
    assert done.wire.events == [done.wire.events[0]] * 2
    assert done.shown()["attempts"] == 2


def test_a_job_that_is_tried_again_has_another_event_at_its_next_end() -> None:
    attempts = []

    def fail_once(_number: int) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise InvalidInput("not yet")

    failed = scene(no(), task=Copy(before=fail_once))
    failed.deliver()
    control.retry(failed.world.system, failed.now())
    failed.world.clock.sleep(6)
    assert failed.deliver() == Done(Outcome.NOTHING_TO_DO)  # FAILED is no longer what can be read
    assert (failed.shown()["state"], failed.shown()["attempts"]) == ("pending", 0)
    failed.world.work()
    assert failed.deliver() == Done(Outcome.DELIVERED)
    assert [json.loads(body)["status"] for _, body, _ in failed.wire.posts] == ["FAILED", "DONE"]
    assert len(set(failed.wire.events)) == 2


def test_an_answer_that_comes_after_the_job_was_tried_again_changes_nothing() -> None:
    def fail(_number: int) -> None:
        raise InvalidInput("no good")

    failed = scene(task=Copy(before=fail))
    failed.wire.meanwhile = lambda: control.retry(failed.world.system, failed.now())
    assert failed.deliver() == Done(Outcome.DELIVERED)
    assert failed.shown()["state"] == "pending"
    assert failed.now().status == "PROCESSING"


def test_an_expired_job_is_not_told() -> None:
    done = scene()
    done.world.clock.sleep(done.now().expires_at - done.world.clock.now())
    assert done.deliver() == Done(Outcome.NOTHING_TO_DO)
    assert not done.wire.posts


def test_a_job_without_a_callback_or_without_a_record_is_nobodys_business() -> None:
    plain = scene()
    plain.job = plain.world.submit()
    plain.world.work()
    assert plain.deliver() == Done(Outcome.NOTHING_TO_DO)
    del plain.world.table.items[job_key(plain.job.id)]
    assert plain.deliver() == Done(Outcome.NOTHING_TO_DO)


step = st.sampled_from(["deliver", "deliver", "wait", "twice", "die", "retry"])
answer = st.sampled_from([no(500), no(None), no(302), Answer(410, "no"), Answer(200), Answer(204)])


@given(st.lists(step, max_size=14), st.lists(answer, max_size=14))
def test_whatever_happens_the_record_is_honest_and_nothing_else_of_the_job_changes(
    steps: list[str], answers: list[Answer]
) -> None:
    """Histories of deliveries, duplicates, deaths and retries against a receiver of any mood."""

    def fail(_number: int) -> None:
        raise InvalidInput("no good")

    told = scene(task=Copy(before=fail))
    said: list[tuple[str, int | None]] = []
    ends = {told.now().fence}
    for each in steps:
        told.wire.answers = [Killed] if each == "die" else [*answers[:1]]
        before, posts = told.now(), len(told.wire.posts)
        item_before = told.world.table.get(before.key)
        match each:
            case "wait":
                told.world.clock.sleep(45)
                continue
            case "retry":
                control.retry(told.world.system, before)
                told.world.work()
                ends.add(told.now().fence)
                continue
            case "die":
                try:
                    told.deliver()
                except Killed:
                    said.append((told.wire.events[-1], None))
            case _:
                verdicts = [told.deliver() for _ in range(2 if each == "twice" else 1)]
                assert len([v for v in verdicts if v.outcome is Outcome.DELIVERED]) <= 1
                if len(told.wire.posts) > posts:
                    said.append((told.wire.events[-1], (answers.pop(0) if answers else Answer(204)).status))
        assert len(told.wire.posts) - posts <= 1
        after, item = told.now(), told.world.table.get(before.key)
        assert {**(item or {}), "callback": None} == {**(item_before or {}), "callback": None}
        event = f"{after.id}-{after.fence}"
        statuses = [status for name, status in said if name == event]
        shown = told.shown()
        assert shown["attempts"] == len(statuses)
        assert (shown["state"] == "delivered") == any(status in (200, 204) for status in statuses)
        assert (shown["state"] == "gone") == (410 in statuses)
    assert {event.rpartition("-")[2] for event in told.wire.events} <= {str(fence) for fence in ends}
