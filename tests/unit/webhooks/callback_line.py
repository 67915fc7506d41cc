"""Callbacks on their way: the queue, its worker and the janitor, in virtual time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from heavylift.jobs.job import Job
from heavylift.ports.queue import Done, Message
from heavylift.recovery.callbacks import CallbackSweep
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.webhooks.delivery_state import DeliveryResult
from heavylift.webhooks.parking import CALLBACKS
from tests.support.world import COPY, TEXT, World
from webhooks.deliver import Deliverer
from webhooks.host_breaker import HostBreaker
from webhooks.settings import WebhookSettings

PAUSES = (5.0, 30.0, 120.0, 600.0, 3600.0, 14400.0)
SWEEP_S = 60.0
Answers = dict[str, tuple[float, int | None]]
"""By url: how many seconds the receiver takes, and its status; None: it does not answer."""


@dataclass
class Receivers:
    """The receivers by their urls."""

    world: World
    answers: Answers
    posts: list[str] = field(default_factory=list)

    def post(self, url: str, _body: bytes, _headers: Mapping[str, str]) -> DeliveryResult:
        self.posts.append(url)
        seconds, status = self.answers[url]
        self.world.clock.sleep(seconds)
        return DeliveryResult(status) if status == 204 else DeliveryResult(status, "no")


class CallbackLine:
    """One worker of callbacks that works through its queue, with a sweep each minute."""

    def __init__(self, answers: Answers, max_in_flight: int | None = None) -> None:
        self.world = World()
        self.world.queue.max_in_flight = max_in_flight
        self.world.queue.visibility_s = 360.0
        self.receivers = Receivers(self.world, answers)
        self.breaker = HostBreaker(self.receivers, self.world.clock.now)
        self.counts: Counter[str] = Counter()
        self.most_in_flight = 0
        self.longest_hidden = 0.0
        self._swept_at = self.world.clock.now()

    def end_job(self, url: str) -> Job:
        """Submit a job with this callback, run it, and send the callback's message as the stream does."""
        job = submit(self.world.system, Submission("me", COPY.name, {}, TEXT + b"hello", callback_url=url))
        self.world.work()
        self.world.queue.send(CALLBACKS, Message(job.id), group="me")
        return job

    def run(self, seconds: float) -> None:
        until = self.world.clock.now() + seconds
        while self.world.clock.now() < until:
            self.sweep_if_due()
            if not self.deliver_one():
                self._sleep_until_something_happens(until)

    def _sleep_until_something_happens(self, until: float) -> None:
        hidden = [each.visible_at for each in self.world.queue.queues.get(CALLBACKS, [])]
        now = self.world.clock.now()
        next_at = min([until, self._swept_at + SWEEP_S, *(each for each in hidden if each > now)])
        self.world.clock.sleep(max(0.01, next_at - now))

    def sweep_if_due(self) -> None:
        now = self.world.clock.now()
        if now - self._swept_at >= SWEEP_S:
            self._swept_at = now
            self.counts += CallbackSweep(self.world.system, self.world.queue, now + SWEEP_S).run()

    def deliver_one(self) -> bool:
        delivery = self.world.queue.receive(CALLBACKS)
        if delivery is None:
            return False
        settings = WebhookSettings(callback_pauses=PAUSES, callback_seconds=15)
        deliverer = Deliverer(self.world.system, self.breaker, settings, lambda: 0.5)
        disposition = deliverer.deliver(Message.decode(delivery.body).job_id)
        if isinstance(disposition, Done):
            self.world.queue.delete(CALLBACKS, delivery.receipt)
        else:
            self.longest_hidden = max(self.longest_hidden, disposition.seconds)
            self.world.queue.postpone(CALLBACKS, delivery.receipt, disposition.seconds)
        self.most_in_flight = max(self.most_in_flight, self.world.queue.get_depth(CALLBACKS).in_flight)
        return True
