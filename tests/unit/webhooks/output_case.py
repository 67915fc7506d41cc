"""A DONE job with outputs to deliver in the in-memory world, and a sender that records what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from heavylift.jobs.job import Job
from heavylift.ports.queue import Disposition
from heavylift.service.deliver import DeliverTo
from heavylift.service.job_view import view
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.webhooks.delivery_state import DeliveryResult
from tests.support.world import COPY, TEXT, World
from webhooks.deliver_outputs import OutputDeliverer
from webhooks.output_request import OutputRequest

PUT = DeliverTo(
    put_url="https://example.org/results/{name}?token=s3cret", headers={"Authorization": "Bearer word"}
)
PAUSES = (5.0, 30.0, 3600.0)
INVOCATION_S = 180.0


@dataclass
class RecordedSends:
    """Returns or raises `answers` in turn, then 201. Each send takes `seconds` of the world's time."""

    world: World
    answers: list[DeliveryResult | type[BaseException]] = field(default_factory=list)
    seconds: float = 0.0
    requests: list[OutputRequest] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    during_send: Callable[[], Any] | None = None

    def send(self, request: OutputRequest, chunks: Iterable[bytes], _seconds: float) -> DeliveryResult:
        self.requests.append(request)
        self.bodies.append(b"".join(request.frame(chunks)))
        self.world.clock.sleep(self.seconds)
        if self.during_send:
            self.during_send()
        answer = self.answers.pop(0) if self.answers else DeliveryResult(201)
        if isinstance(answer, DeliveryResult):
            return answer
        raise answer

    @property
    def urls(self) -> list[str]:
        return [each.url for each in self.requests]


@dataclass
class OutputCase:
    world: World
    sender: RecordedSends
    job: Job

    def deliver(self, job: Job | None = None) -> Disposition:
        deliverer = OutputDeliverer(self.world.system, self.sender, PAUSES, lambda: 0.5)
        return deliverer.deliver((job or self.job).id, self.world.clock.now() + INVOCATION_S)

    def read_job(self) -> Job:
        return self.world.job(self.job)

    def show(self) -> dict[str, Any]:
        """The delivery as the API shows it."""
        shown = view(self.read_job(), "").model_dump(mode="json")["delivery"]
        assert isinstance(shown, dict)
        return shown


def make_case(
    *answers: DeliveryResult | type[BaseException], parts: int = 3, run: bool = True, to: DeliverTo = PUT
) -> OutputCase:
    world = World()
    asked = Submission("me", COPY.name, {"parts": parts}, TEXT + b"hello", deliver=to)
    job = submit(world.system, asked)
    if run:
        world.work()
    return OutputCase(world, RecordedSends(world, list(answers)), job)
