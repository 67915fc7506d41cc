"""A history: workers, janitors, a client and their queue, driven by a seed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from random import Random
from unittest.mock import patch

from heavylift.adapters.memory.switch import MemorySwitch
from heavylift.errors import Refused, Throttled
from heavylift.jobs.deletion import STRAY_S
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import Done, Message, OrphanMessage
from heavylift.ports.system import System
from heavylift.recovery.deletions import DeletionSweep
from heavylift.recovery.janitor import Janitor
from heavylift.recovery.later import LaterSweep
from heavylift.service.control import cancel, retry
from heavylift.service.dead_letters import redrive_all
from heavylift.service.delete import delete_job
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from heavylift.tasks.task import Task
from heavylift.worker.runner import Invocation, Runner
from tests.chaos.harness.cured import check_cured
from tests.chaos.harness.deliveries import SLOWER, Deliveries
from tests.chaos.harness.flaky_task import CONTENT, SPEC, FlakyTask
from tests.chaos.harness.leftovers import check_nothing_left
from tests.chaos.harness.limits import check_expired, limit_some
from tests.chaos.harness.many import ManyJobs
from tests.chaos.harness.operate import operate
from tests.chaos.harness.pause_watch import PauseWatch
from tests.chaos.harness.ports import ChaosObjects, ChaosQueue, ChaosTable
from tests.chaos.harness.scheduler import Scheduler, SkewedClock
from tests.chaos.harness.starts import ScheduledSweep, choose_start, retry_all
from tests.chaos.harness.trouble import Killed, Trouble, Unreachable
from tests.chaos.harness.watch import RIVAL, Violation, Watch
from tests.chaos.harness.zips import ZIP_SPEC, ZipClients
from tests.support.world import QUEUE

LEASE_S = 60.0
JANITOR_S = 60.0
CHAOS_S = 1200.0
DELETING = 0.5
"""Share of the histories in which the client deletes jobs."""
PAUSING = 0.3
"""Share of the histories in which an operator pauses the queue."""
MANY = 0.5
"""Share of the histories in which the client acts on many jobs in one call."""
SWEEPS = 3
"""Complete sweeps after its deadline that must end a job. One is not enough, as the index may lag."""
STUCK_S = 3600.0
"""Time after its deadline at which a job counts as stuck, however many janitors are killed."""


class History:
    """Plays one seed. `hanging` overrides how often an actor hangs at a port call, `later` the share of jobs
    that run later. With `stream_alone` no janitor is behind the stream, which loses nothing.
    """

    def __init__(
        self,
        seed: int,
        hanging: float | None = None,
        *,
        later: float | None = None,
        stream_alone: bool = False,
    ) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.scheduler = Scheduler(self.random, self.random.choice((0.05, 0.3, 0.7)))
        self.trouble = Trouble(self.random, self.scheduler)
        if hanging is not None:
            self.trouble.delay = hanging
        self.clock = SkewedClock(self.scheduler, seed)
        self.watch = Watch(self.clock.now, lambda: self.scheduler.current.identity)
        pauses = PauseWatch(self.scheduler.now, SPEC.deadline_s)
        self.table = ChaosTable(self.trouble, self.watch, pauses)
        self.table.stream.lossless = self.stream_alone = stream_alone
        self.later = Random(seed).choice((0.0, 0.5, 1.0)) if later is None else later
        self.queue = ChaosQueue(self.scheduler, visibility_s=6 * LEASE_S)
        self.queue.trouble = self.trouble
        self.objects = self.watch.objects = ChaosObjects(self.trouble)
        self.task = FlakyTask(self.random, self.scheduler, self.trouble)
        settings = Settings(table_name="t", bucket_name="b", queue_prefix="q-")
        self.system = System(self.table, self.queue, self.objects, self.clock, settings)
        self.switch = MemorySwitch(self.queue)
        self.operating = Random(f"pauses of {seed}")  # of its own: the other histories stay as they are
        self.many = ManyJobs(self.system, self.random, self.watch)
        self.deliveries = Deliveries(seed, self.system, self.queue, self.table, self.trouble)
        self.swept: list[float] = []
        """Start times of the completed sweeps."""
        self.over = False
        self.zips = ZipClients(self.system, self.scheduler, self.trouble, seed, self._delete_job)

    def play(self) -> None:
        """Run every actor to its end. Raises Violation if a promise is broken."""
        # An id chooses its shard, so ids come from the seed.
        with patch("heavylift.jobs.ids.os.urandom", self.random.randbytes):
            self._play()

    def _play(self) -> None:
        TASKS.clear()
        TASKS[SPEC.name] = SPEC
        CONTENT.write_text("content")
        workers = {f"worker{number}": self._worker for number in range(self.random.choice((1, 2, 3)))}
        if self.zips.wanted:
            TASKS[ZIP_SPEC.name] = ZIP_SPEC
            workers[RIVAL] = self.zips.rival
        if self.operating.random() < PAUSING:
            workers["operator"] = lambda: operate(
                self.system, self.switch, self.scheduler, self.operating, lambda: self.over
            )
        if self.deliveries.is_on:
            workers |= dict.fromkeys(("sender0", "sender1"), lambda: self.deliveries.work(lambda: self.over))
        self.scheduler.run(
            client=self._client,
            janitor0=self._janitor,
            janitor1=self._janitor,
            stream=lambda: self.table.stream.run(self.system, lambda: self.over),
            **workers,
        )

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
                self.scheduler.sleep(1)  # the message is visible again when its timeout ends

    def _invoke(self, body: str, receipt: str) -> None:
        tasks: dict[str, Task] = {SPEC.name: self.task, ZIP_SPEC.name: self.zips.task}
        runner = Runner(self.system, tasks, chance=self.random.random)
        invocation = Invocation(ends_at=self.clock.now() + LEASE_S)
        disposition = runner.run(Message.decode(body), receipt, invocation)
        if isinstance(disposition, Done):
            self.queue.delete(QUEUE, receipt)
        else:
            self.queue.postpone(QUEUE, receipt, disposition.seconds)

    def _janitor(self) -> None:
        self.scheduler.sleep(self.random.uniform(0, JANITOR_S))
        while not self.over:
            self.scheduler.current.invocation += 1
            began = self.scheduler.now()
            with contextlib.suppress(Killed, Throttled, Unreachable):
                janitor = Janitor(self.system, self.clock.now() + JANITOR_S, chance=self.random.random)
                swept, sweep = janitor.sweep(), ScheduledSweep if self.stream_alone else LaterSweep
                if janitor.counts["JanitorErrors"]:
                    swept = False
                if swept and not sweep(self.system, began + JANITOR_S).run()["JanitorErrors"]:
                    self.swept.append(began)
                DeletionSweep(self.system, began + JANITOR_S).run()
                self.deliveries.sweep()
            self.scheduler.sleep(JANITOR_S * (SLOWER if self.deliveries.is_settling else 1))

    def _client(self) -> None:
        until = self.scheduler.now() + CHAOS_S
        acts: tuple[Callable[[], None], ...] = (
            self._cancel,
            self._cancel_and_retry,
            self._retry,
            self._redrive,
            lambda: None,
        )
        if self.random.random() < DELETING:
            acts = (*acts, self._delete, self._cancel_and_delete)
        if self.zips.wanted:
            acts = (*acts, *(2 * [lambda: self.zips.act(self._read_jobs())]))
        if self.random.random() < MANY:
            acts = (*acts, self._act_on_many, self._act_on_many, self.many.rerun_then_delete)
        for _ in range(self.random.randint(1, 3) + (self.random.randint(0, 4) if self.later else 0)):
            self._try(self._submit)
            self.scheduler.sleep(self.random.uniform(0, 60))
        while self.scheduler.now() < until and not self._all_ended():
            self._try(self.random.choice(acts))
            self.scheduler.sleep(10 ** self.random.uniform(0, 2.3))
        self._settle()
        self.over = True

    def _settle(self) -> None:
        """Stop the trouble: every open job must end, and every failed one must reach DONE by a retry."""
        self.zips.over = True
        self._wait_until_all_ended()
        self.deliveries.interrupt(self._try, self._delete_job)
        self._wait_until_all_ended()
        self.trouble.quiet = True
        self.scheduler.sleep(LEASE_S * 7)  # actors that hang wake up after their lease
        incurable = retry_all(self.system, self._read_jobs())
        self.queue.queues[QUEUE].clear()  # the janitor must send the messages again
        self._wait_until_all_ended()
        self.deliveries.settle()
        self._check_expiries()
        self._check_deletions()
        check_cured(self._read_jobs(), incurable)

    def _check_expiries(self) -> None:
        """Raise Violation unless each job with an early expiry is deleted when its time is over."""
        expiring = [job for job in self._read_jobs() if job.expire_in is not None]
        if not expiring:
            return
        last = max(job.gone_at for job in expiring)
        self.scheduler.sleep(max(0.0, last - self.scheduler.now()) + SWEEPS * JANITOR_S)
        check_expired(self.table, expiring)

    def _check_deletions(self) -> None:
        """Raise Violation unless each deletion is complete once no worker of before can run."""
        if any(job.deleted_at is not None for job in self._read_jobs()):
            self.scheduler.sleep(STRAY_S + SWEEPS * JANITOR_S)
            check_nothing_left(self.table, self.objects, self._read_jobs())

    # ---- the client's calls

    def _try(self, act: Callable[[], None]) -> None:
        with contextlib.suppress(Refused, Throttled, Unreachable):
            act()

    def _submit(self) -> None:
        parts = self.random.choice((1, 1, 2, 3, 5))
        when = choose_start(self.random, self._read_jobs(), self.later)
        given = Submission("me", SPEC.name, {"parts": parts}, when=when)
        submit(self.system, self.deliveries.deliver_some(limit_some(self.random, given)))

    def _cancel(self) -> None:
        cancel(self.system, self._pick_job())

    def _cancel_and_retry(self) -> None:
        """Cancel and retry a job before its worker notices."""
        job = self._pick_job()
        retry(self.system, cancel(self.system, job))

    def _retry(self) -> None:
        retry(self.system, self._pick_job())

    def _delete(self) -> None:
        self._delete_job(self._pick_job())

    def _delete_job(self, job: Job) -> None:
        self.watch.deleting = frozenset(Status)
        try:
            delete_job(self.system, "me", job.id)
        finally:
            self.watch.deleting = None

    def _cancel_and_delete(self) -> None:
        """Cancel and delete a job before its worker notices."""
        self._delete_job(cancel(self.system, self._pick_job()))

    def _act_on_many(self) -> None:
        self.many.act([job.id for job in self._read_jobs()])

    def _redrive(self) -> None:
        redrive_all(self.system, "me")

    # ---- the state of the jobs

    def _read_jobs(self) -> list[Job]:
        return [Job.of(item) for key, item in sorted(self.table.items.items()) if key.sk == "JOB"]

    def _pick_job(self) -> Job:
        records = self._read_jobs()
        if not records:
            raise Refused
        return records[int(self.random.random() * len(records))]

    def _all_ended(self) -> bool:
        return all(job.ended for job in self._read_jobs()) and self.random.random() < 0.5

    def _wait_until_all_ended(self) -> None:
        while True:
            open_jobs = [job for job in self._read_jobs() if not job.ended]
            late = [job for job in open_jobs if self._is_late(job.deadline)]
            if late:
                raise Violation(f"open long after its deadline: {late[0]}")
            self.watch.waits.check_idle(self.table.items, open_jobs, self.scheduler.now(), STUCK_S)
            if not open_jobs:
                return
            self.scheduler.sleep(5)

    def _is_late(self, deadline: float) -> bool:
        sweeps = sum(began > deadline for began in self.swept)
        return sweeps >= SWEEPS or self.scheduler.now() > deadline + STUCK_S
