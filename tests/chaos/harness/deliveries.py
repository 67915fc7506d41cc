"""Deliveries of outputs: the table's stream, the workers that send, and the client's store."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from urllib.parse import urlsplit

from heavylift.errors import Throttled
from heavylift.jobs.job import Job, job_key
from heavylift.ports.queue import Done, Message
from heavylift.ports.system import System
from heavylift.recovery.callbacks import CallbackSweep
from heavylift.service.deliver import DeliverTo
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.webhooks.delivery_state import DeliveryResult
from heavylift.webhooks.output_delivery import DELIVERY, OutputDelivery, OutputState, reminder_key
from heavylift.webhooks.parking import CALLBACKS
from tests.chaos.harness.flaky_task import SPEC
from tests.chaos.harness.ports import ChaosQueue, ChaosTable
from tests.chaos.harness.scheduler import Scheduler
from tests.chaos.harness.trouble import Killed, Trouble, Unreachable
from tests.chaos.harness.watch import Violation
from webhooks.deliver_outputs import OutputDeliverer
from webhooks.output_request import OutputRequest

DELIVERING = 0.3
"""Share of the histories in which outputs are delivered."""
TO = DeliverTo(put_url="https://store.example.org/{name}")
PAUSES = (5.0, 30.0, 120.0, 1800.0)
INVOCATION_S = 180.0
SLOWER = 8
"""How much less often actors look while hours pass without news."""
ROUNDS = 8
"""Of the janitor's looks at a reminder, after which a delivery that is due counts as forgotten."""


@dataclass
class Store:
    """The client's store. It refuses some outputs until the trouble is over, and takes its time."""

    random: Random
    scheduler: Scheduler
    trouble: Trouble
    table: ChaosTable
    taken: dict[str, set[str]] = field(default_factory=dict)
    """Job id → the outputs that were accepted."""
    late: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Sender and job id → outputs that it began to send after the job's deletion."""

    def to_sender(self, job_id: str) -> StoreOf:
        return StoreOf(self, job_id)

    def send(self, job_id: str, request: OutputRequest) -> DeliveryResult:
        who = self.scheduler.current.identity
        if "deleted_at" in self.table.items[job_key(job_id)]:
            self.late[who, job_id] += 1
            if self.late[who, job_id] > 1:
                raise Violation(f"{who} began to send another output after the deletion of {job_id}")
        self.scheduler.sleep(self.random.choice((0.2, self.random.uniform(1, 60))))
        if self.trouble.happens(0.02):
            raise Killed
        if self.trouble.happens(0.3):
            return DeliveryResult(503, "The receiver answered 503.")
        self.taken.setdefault(job_id, set()).add(urlsplit(request.url).path.strip("/"))
        if self.trouble.happens(0.02):
            raise Killed
        return DeliveryResult(201)


@dataclass(frozen=True)
class StoreOf:
    """The store, as the sender of one job's outputs sees it."""

    store: Store
    job_id: str

    def send(self, request: OutputRequest, _chunks: Iterable[bytes], _seconds: float) -> DeliveryResult:
        return self.store.send(self.job_id, request)


class Deliveries:
    """What is done beside the other actors of a history. Its random numbers are its own."""

    def __init__(
        self,
        seed: int,
        system: System,
        queue: ChaosQueue,
        table: ChaosTable,
        trouble: Trouble,
    ) -> None:
        self.random = Random(f"deliveries of {seed}")
        self.is_on = self.random.random() < DELIVERING
        self.system, self.queue, self.table = system, queue, table
        self.scheduler, self.trouble = trouble.scheduler, trouble
        self.store = Store(self.random, trouble.scheduler, trouble, table)
        self.streamed: set[str] = set()
        self.is_settling = False
        """True while hours pass without news: then the actors look less often."""

    def deliver_some(self, given: Submission) -> Submission:
        return replace(given, deliver=TO) if self.is_on and self.random.random() < 0.7 else given

    def sweep(self) -> None:
        """The janitor's part."""
        if self.is_on:
            CallbackSweep(self.system, self.queue, self.scheduler.now() + 60).run()

    def work(self, is_over: Callable[[], bool]) -> None:
        """The actor that sends: it reads the stream, too."""
        while not is_over():
            self.scheduler.current.invocation += 1
            try:
                self._stream()
                waited = self._handle_one()
            except (Killed, Throttled, Unreachable):
                waited = False
            if not waited:
                self.scheduler.sleep(self.random.uniform(1, 15) * (SLOWER if self.is_settling else 1))

    def _stream(self) -> None:
        for job in self._list_done():
            if job.id not in self.streamed:
                self.queue.send(CALLBACKS, Message(job.id, DELIVERY), group=job.tenant)
                self.streamed.add(job.id)

    def _handle_one(self) -> bool:
        delivery = self.queue.receive(CALLBACKS)
        if delivery is None:
            return False
        job_id = Message.decode(delivery.body).job_id
        sender = self.store.to_sender(job_id)
        deliverer = OutputDeliverer(self.system, sender, PAUSES, self.random.random)
        disposition = deliverer.deliver(job_id, self.system.clock.now() + INVOCATION_S)
        with contextlib.suppress(Throttled, Unreachable):
            if isinstance(disposition, Done):
                self.queue.delete(CALLBACKS, delivery.receipt)
            else:
                self.queue.postpone(CALLBACKS, delivery.receipt, disposition.seconds)
        return True

    def _list_done(self) -> list[Job]:
        jobs = [Job.of(item) for key, item in sorted(self.table.items.items()) if key.sk == "JOB"]
        return [job for job in jobs if job.status == "DONE" and job.deliver_url and job.deleted_at is None]

    def interrupt(self, attempt: Callable[[Callable[[], None]], None], delete: Callable[[Job], None]) -> None:
        """Let a job of several parts be delivered in the trouble. The client may delete it meanwhile."""
        if not self.is_on:
            return
        attempt(self._submit)
        deletes = self.random.random() < 0.6
        for _ in range(120):
            self.scheduler.sleep(self.random.uniform(1, 10))
            if self._is_all_over():
                return
            on_the_way = [job for job in self._list_done() if self._is_on_the_way(job)]
            if deletes and on_the_way:
                attempt(partial(delete, on_the_way[-1]))
                return

    def _submit(self) -> None:
        submit(self.system, Submission("me", SPEC.name, {"parts": 5}, deliver=TO))

    def _is_all_over(self) -> bool:
        jobs = [Job.of(item) for key, item in self.table.items.items() if key.sk == "JOB"]
        return all(job.ended for job in jobs) and all(
            OutputDelivery.of(job).settled for job in self._list_done()
        )

    def _is_on_the_way(self, job: Job) -> bool:
        return not OutputDelivery.of(job).settled and bool(self.store.taken.get(job.id))

    def settle(self) -> None:
        """Raise Violation if a delivery is forgotten, or is not what its state says."""
        for _ in range(ROUNDS):
            waiting = [job for job in self._list_done() if not OutputDelivery.of(job).settled]
            if not waiting:
                break
            self.is_settling = True
            reminders = [self.table.items[reminder_key(job.id)].get("check_at", 0) for job in waiting]
            self.scheduler.sleep(max(0.0, max(reminders) - self.scheduler.now()) + 4 * INVOCATION_S)
        if self.is_settling:
            self.is_settling = False
            self.scheduler.sleep(SLOWER * 60)  # until every actor has noticed
        for job in self._list_done():
            self._check(job, OutputDelivery.of(job))

    def _check(self, job: Job, delivery: OutputDelivery) -> None:
        if not delivery.settled:
            raise Violation(f"the delivery of {job.id} is forgotten: {delivery}")
        outputs = {f"copy-{number}.txt" for number in range(1, job.params["parts"] + 1)}
        taken = self.store.taken.get(job.id, set())
        if delivery.state is OutputState.DELIVERED and taken != outputs:
            raise Violation(f"{job.id} is delivered, and the store has {sorted(taken)}")
        if delivery.sent > len(outputs):
            raise Violation(f"{delivery.sent} of {len(outputs)} outputs are sent")
