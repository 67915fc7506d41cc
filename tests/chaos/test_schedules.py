"""Schedules in trouble: entries fire twice, late, and are killed. Each time makes one job at most."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TypeVar

import pytest

from heavylift.adapters.memory.scheduler import MemoryScheduler
from heavylift.adapters.memory.table import MemoryTable
from heavylift.errors import Refused
from heavylift.ports.scheduler import Entry
from heavylift.ports.table import Change, Item, Key, Write
from heavylift.recovery.schedules import ScheduleSweep
from heavylift.service import fire as firing
from heavylift.service.fire import fire
from heavylift.service.schedules import NewSchedule, create_schedule, delete_schedule, find_schedule
from heavylift.service.submission import Submission
from tests.chaos.harness.trouble import Killed
from tests.chaos.harness.watch import Violation
from tests.support.world import CITE, World

T = TypeVar("T")
SEEDS = 150
TIMES = 6
STEPS = 60


class Trouble:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.kill = random.choice((0.0, 0.05, 0.2))
        self.quiet = False

    def call(self, function: Callable[[], T]) -> T:
        self._kill()
        result = function()
        self._kill()
        return result

    def _kill(self) -> None:
        if not self.quiet and self.random.random() < self.kill:
            raise Killed


class TroubledTable(MemoryTable):
    trouble: Trouble

    def get(self, key: Key) -> Item | None:
        return self.trouble.call(lambda: MemoryTable.get(self, key))

    def update(self, change: Change) -> Item:
        return self.trouble.call(lambda: MemoryTable.update(self, change))

    def transact(self, *writes: Write) -> None:
        self.trouble.call(lambda: MemoryTable.transact(self, *writes))


class TroubledScheduler(MemoryScheduler):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__()
        object.__setattr__(self, "trouble", trouble)

    def create(self, entry: Entry) -> None:
        self.trouble.call(lambda: MemoryScheduler.create(self, entry))  # type: ignore[attr-defined]

    def delete(self, name: str) -> None:
        self.trouble.call(lambda: MemoryScheduler.delete(self, name))  # type: ignore[attr-defined]


class ScheduleHistory:
    """One schedule that is made, fired and deleted, again and again, by calls that may be killed anywhere."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.trouble = Trouble(self.random)
        self.world = World()
        self.table = TroubledTable()
        self.table.trouble = self.trouble
        self.system = replace(self.world.system, table=self.table)
        self.scheduler = TroubledScheduler(self.trouble)
        self.fired: set[tuple[str, str]] = set()
        """Each time of each schedule that has come."""

    def play(self) -> None:
        """Raise Violation if a time makes two jobs, or if what was cut off is not mended."""
        for _ in range(STEPS):
            act = self.random.choice((self._make, self._fire, self._fire, self._fire, self._delete))
            with contextlib.suppress(Killed, Refused):
                act()
            self.world.clock.sleep(self.random.uniform(0, 5))
        for act in (self._delete, self._make):
            with contextlib.suppress(Killed, Refused):
                act()
        self.trouble.quiet = True
        self.world.clock.sleep(120)
        ScheduleSweep(self.system, self.scheduler, self.world.clock.now() + 60).run()
        self._check()

    def _make(self) -> None:
        wanted = NewSchedule("me", "s", None, "1 day", "UTC", "rate(1 day)", CITE.name, {}, overlap="queue")
        create_schedule(self.system, self.scheduler, wanted)

    def _fire(self) -> None:
        entries = list(self.scheduler.entries.values())
        if not entries:
            return
        time = f"2026-11-{self.random.randint(1, TIMES):02}T02:30:00Z"
        payload = self.random.choice(entries).payload
        self.fired.add((payload["id"], time))
        for _ in range(self.random.choice((1, 1, 2))):
            fire(self.system, self.scheduler, {**payload, "time": time})

    def _delete(self) -> None:
        delete_schedule(self.system, self.scheduler, find_schedule(self.system, "me", "s"))

    def _check(self) -> None:
        jobs = [item["id"] for key, item in self.table.items.items() if key.sk == "JOB"]
        if len(jobs) > len(self.fired):
            raise Violation(f"{len(jobs)} jobs of {len(self.fired)} times")
        live = {
            item["id"]
            for key, item in self.table.items.items()
            if key.sk == "SCHEDULE#s" and "deleted_at" not in item
        }
        if set(self.scheduler.entries) != live:
            raise Violation(f"the entries {set(self.scheduler.entries)} of the schedules {live}")


def play_all() -> None:
    for seed in range(SEEDS):
        try:
            ScheduleHistory(seed).play()
        except Violation as broken:
            raise Violation(f"seed {seed}: {broken}") from None


def test_a_time_makes_one_job_and_every_entry_has_a_schedule() -> None:
    play_all()


def fire_twice(patch: pytest.MonkeyPatch) -> None:
    submission = firing._submission

    def without_a_key(*arguments: object) -> Submission:
        return replace(submission(*arguments), idempotency_key=None)  # type: ignore[arg-type]

    patch.setattr(firing, "_submission", without_a_key)


def mend_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ScheduleSweep, "run", lambda _: None)


@pytest.mark.parametrize("mutate", [fire_twice, mend_nothing])
def test_a_broken_rule_is_found(
    mutate: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)
    with pytest.raises(Violation):
        play_all()
