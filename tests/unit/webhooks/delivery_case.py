"""A job with a callback in the in-memory world, and a sender that records posts instead of sending them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from heavylift.jobs.job import Job
from heavylift.ports.queue import Disposition, Retry
from heavylift.service.callback import CallbackChoice
from heavylift.service.job_view import view
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.webhooks.delivery_state import DeliveryResult
from tests.support.world import COPY, TEXT, CopyTask, World
from webhooks.deliver import Deliverer
from webhooks.host_breaker import HostBreaker
from webhooks.settings import WebhookSettings

URL = "https://example.org/hook"
PAUSES = (5.0, 30.0, 120.0)


@dataclass
class RecordedPosts:
    """A sender that records what it would post. Returns or raises `answers` in turn, then 204."""

    answers: list[DeliveryResult | type[BaseException]] = field(default_factory=list)
    posts: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    during_post: Callable[[], Any] | None = None
    """Called in each post, before its answer."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> DeliveryResult:
        self.posts.append((url, body, headers))
        if self.during_post:
            self.during_post()
        answer = self.answers.pop(0) if self.answers else DeliveryResult(204)
        if isinstance(answer, DeliveryResult):
            return answer
        raise answer

    @property
    def events(self) -> list[str]:
        """The webhook ids of the posts."""
        return [headers["webhook-id"] for _, _, headers in self.posts]


@dataclass
class DeliveryCase:
    world: World
    sender: RecordedPosts
    job: Job

    def deliver(self) -> Disposition:
        deliverer = Deliverer(
            self.world.system,
            HostBreaker(self.sender),
            WebhookSettings(callback_pauses=PAUSES, callback_seconds=15),
            lambda: 0.5,
        )
        return deliverer.deliver(self.job.id)

    def read_job(self) -> Job:
        return self.world.job(self.job)

    def show_callback(self) -> dict[str, Any]:
        """The callback as the API shows it."""
        shown = view(self.read_job(), "").model_dump(mode="json")["callback"]
        assert isinstance(shown, dict)
        return shown


def make_case(
    *answers: DeliveryResult | type[BaseException],
    task: CopyTask | None = None,
    run: bool = True,
    headers: Mapping[str, str] | None = None,
    on: tuple[str, ...] = (),
) -> DeliveryCase:
    """Submit a job with a callback, and run it to its end unless `run` is False."""
    world = World(task)
    choice = CallbackChoice(headers or {}, on)
    given = Submission("me", COPY.name, {}, TEXT + b"hello", callback_url=URL, callback=choice)
    job = submit(world.system, given)
    if run:
        world.work()
    return DeliveryCase(world, RecordedPosts(list(answers)), job)


def failure(status: int | None = 500) -> DeliveryResult:
    return DeliveryResult(status, "no")


def pause_of(disposition: Disposition) -> float:
    assert isinstance(disposition, Retry)
    return disposition.seconds
