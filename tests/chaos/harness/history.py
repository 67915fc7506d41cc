"""One history: what a seed makes of workers, janitors, a client and their queue."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from unittest.mock import patch

from heavylift.errors import InvalidInput, OverLimit, Refused, Throttled
from heavylift.jobs.job import Job
from heavylift.ports.queue import Done, Message, OrphanMessage
from heavylift.ports.system import System
from heavylift.recovery.janitor import Janitor
from heavylift.service.control import cancel, retry
from heavylift.service.dead_letters import redrive_all
from heavylift.service.submit import Submission, submit
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result
from heavylift.worker.runner import Invocation, Runner
from tests.chaos.harness.ports import ChaosObjects, ChaosQueue, ChaosTable
from tests.chaos.harness.scheduler import Scheduler
from tests.chaos.harness.trouble import Killed, Trouble, Unreachable
from tests.chaos.harness.watch import Violation, Watch
from tests.support.world import COPY, QUEUE

SPEC = replace(COPY, input="none", deadline_s=900)
LEASE_S = 60.0
JANITOR_S = 60.0
CHAOS_S = 1200.0
SWEEPS = 3
"""So many whole sweeps after its deadline end a job: one that dies does not, and the index may lag."""
STUCK_S = 3600.0
"""However many janitors die."""
CONTENT = Path(tempfile.gettempdir()) / "heavylift-chaos-output.txt"


@dataclass
class Moody:
    """A task that fails as it likes, in every way there is, until it is told to be well."""

    random: Random
    scheduler: Scheduler
    trouble: Trouble
    spec = SPEC
    mood: float = field(init=False)
    runs: int = 0

    def __post_init__(self) -> None:
        self.mood = self.random.choice((0.0, 0.05, 0.3))

    def plan(self, work: JobContext) -> Plan:
        self._feel()
        numbers = range(1, work.params.parts + 1)
        return Plan(tuple({"number": number} for number in numbers), total=len(numbers))

    def run(self, work: JobContext, part: PartSpec) -> Result:
        self.runs += 1
        self.scheduler.sleep(self.random.choice((self.random.uniform(0.1, 5), self.random.uniform(20, 55))))
        self._feel()
        work.publish(f"copy-{part['number']}.txt", CONTENT, "text/plain")
        work.advance(1)
        return {"copied": part["number"]}

    def join(self, work: JobContext, results: list[Result]) -> Result:
        self._feel()
        return {"copied": [result.get("copied") for result in results]}

    def _feel(self) -> None:
        if self.trouble.happens(self.mood):
            raise self.random.choice((OverLimit, RuntimeError, Throttled, InvalidInput))


class History:
    """`hanging`: how often an actor hangs at a port call, where the seed is not to decide that."""

    def __init__(self, seed: int, hanging: float | None = None) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.scheduler = Scheduler(self.random, self.random.choice((0.05, 0.3, 0.7)))
        self.trouble = Trouble(self.random, self.scheduler)
        if hanging is not None:
            self.trouble.delay = hanging
        self.watch = Watch(self.scheduler.now, lambda: self.scheduler.current.identity)
        self.table = ChaosTable(self.trouble, self.watch)
        self.queue = ChaosQueue(self.scheduler, visibility_s=6 * LEASE_S)
        self.queue.trouble = self.trouble
        self.objects = self.watch.objects = ChaosObjects(self.trouble)
        self.task = Moody(self.random, self.scheduler, self.trouble)
        settings = Settings(table_name="t", bucket_name="b", queues={QUEUE: "q"})
        self.system = System(self.table, self.queue, self.objects, self.scheduler, settings)
        self.swept: list[float] = []
        """When those sweeps began that came to their end."""
        self.over = False

    def play(self) -> None:
        """Violation if a promise is broken."""
        with patch(
            "heavylift.jobs.ids.os.urandom", self.random.randbytes
        ):  # ids choose shards: the seed's too
            self._play()

    def _play(self) -> None:
        TASKS.clear()
        TASKS[SPEC.name] = SPEC
        CONTENT.write_text("content")
        workers = {f"worker{number}": self._worker for number in range(self.random.choice((1, 2, 3)))}
        self.scheduler.run(client=self._client, janitor0=self._janitor, janitor1=self._janitor, **workers)

    # ---- actors

    def _worker(self) -> None:
        while not self.over:
            delivery = self.queue.receive(QUEUE)
            if delivery is None:
                pause = self.queue.next_visible_at(QUEUE) - self.scheduler.now()
                self.scheduler.sleep(min(max(pause, 0.5), 15))
                continue
            self.scheduler.current.invocation += 1
            try:
                self._invoke(delivery.body, delivery.receipt)
            except (Killed, OrphanMessage, Throttled, Unreachable):
                self.scheduler.sleep(1)  # the message shows again when its visibility ends

    def _invoke(self, body: str, receipt: str) -> None:
        runner = Runner(self.system, {SPEC.name: self.task}, chance=self.random.random)
        invocation = Invocation(ends_at=self.scheduler.now() + LEASE_S)
        verdict = runner.run(Message.decode(body), receipt, invocation)
        if isinstance(verdict, Done):
            self.queue.delete(QUEUE, receipt)
        else:
            self.queue.postpone(QUEUE, receipt, verdict.seconds)

    def _janitor(self) -> None:
        self.scheduler.sleep(self.random.uniform(0, JANITOR_S))
        while not self.over:
            self.scheduler.current.invocation += 1
            began = self.scheduler.now()
            with contextlib.suppress(Killed, Throttled, Unreachable):
                if Janitor(self.system, began + JANITOR_S, chance=self.random.random).sweep():
                    self.swept.append(began)
            self.scheduler.sleep(JANITOR_S)

    def _client(self) -> None:
        until = self.scheduler.now() + CHAOS_S
        acts = (self._cancel, self._again, self._retry, self._redrive, self._nothing)
        for _ in range(self.random.randint(1, 3)):
            self._try(self._submit)
            self.scheduler.sleep(self.random.uniform(0, 60))
        while self.scheduler.now() < until and not self._all_ended():
            self._try(self.random.choice(acts))
            self.scheduler.sleep(10 ** self.random.uniform(0, 2.3))
        self._calm()
        self.over = True

    def _calm(self) -> None:
        """Trouble ends: what is open ends too, and what failed can be brought to DONE."""
        self._until_all_ended()
        self.trouble.quiet = True
        self.scheduler.sleep(LEASE_S * 7)  # whoever hangs wakes up, and is too late
        for job in self._records():
            if job.status in ("FAILED", "CANCELED"):
                retry(self.system, job)
        self.queue.queues[QUEUE].clear()  # the janitor's part in it
        self._until_all_ended()
        for job in self._records():
            if job.status != "DONE":
                raise Violation(f"the cured job is {job.status} after its retry: {job.error} {job.attempts}")
            if job.done != job.params["parts"]:
                raise Violation(f"DONE with a progress of {job.done} in {job.params['parts']}")

    # ---- what the client does

    def _try(self, act: Callable[[], None]) -> None:
        with contextlib.suppress(Refused, Throttled, Unreachable):
            act()

    def _submit(self) -> None:
        parts = self.random.choice((1, 1, 2, 3, 5))
        submit(self.system, Submission("me", SPEC.name, {"parts": parts}))

    def _cancel(self) -> None:
        cancel(self.system, self._some_job())

    def _again(self) -> None:
        """Canceled and tried again while its worker has not noticed."""
        job = self._some_job()
        retry(self.system, cancel(self.system, job))

    def _retry(self) -> None:
        retry(self.system, self._some_job())

    def _redrive(self) -> None:
        redrive_all(self.system, "me")

    def _nothing(self) -> None:
        pass

    # ---- what is so

    def _records(self) -> list[Job]:
        return [Job.of(item) for key, item in sorted(self.table.items.items()) if key.sk == "JOB"]

    def _some_job(self) -> Job:
        records = self._records()
        if not records:
            raise Refused
        return records[int(self.random.random() * len(records))]

    def _all_ended(self) -> bool:
        return all(job.ended for job in self._records()) and self.random.random() < 0.5

    def _until_all_ended(self) -> None:
        while True:
            open_jobs = [job for job in self._records() if not job.ended]
            late = [job for job in open_jobs if self._is_late(job.deadline)]
            if late:
                raise Violation(f"open long after its deadline: {late[0]}")
            if not open_jobs:
                return
            self.scheduler.sleep(5)

    def _is_late(self, deadline: float) -> bool:
        sweeps = sum(began > deadline for began in self.swept)
        return sweeps >= SWEEPS or self.scheduler.now() > deadline + STUCK_S
