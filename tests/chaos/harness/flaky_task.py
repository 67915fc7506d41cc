"""A task that fails at random."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from heavylift.errors import InvalidInput, OverLimit, Throttled
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result
from tests.chaos.harness.scheduler import Scheduler
from tests.chaos.harness.trouble import Trouble
from tests.support.world import COPY

SPEC = replace(COPY, input="none", deadline_s=900)
CONTENT = Path(tempfile.gettempdir()) / "heavylift-chaos-output.txt"


@dataclass
class FlakyTask:
    """A task that fails at random, in every way a task can fail, until the trouble is over."""

    random: Random
    scheduler: Scheduler
    trouble: Trouble
    spec = SPEC
    failure_rate: float = field(init=False)
    runs: int = 0

    def __post_init__(self) -> None:
        self.failure_rate = self.random.choice((0.0, 0.05, 0.3))

    def plan(self, work: JobContext[Any]) -> Plan:
        self._fail_sometimes()
        numbers = range(1, work.params.parts + 1)
        return Plan(tuple({"number": number} for number in numbers), total=len(numbers))

    def run(self, work: JobContext[Any], part: PartSpec) -> Result:
        self.runs += 1
        self.scheduler.sleep(self.random.choice((self.random.uniform(0.1, 5), self.random.uniform(20, 55))))
        work.log(f"run {self.runs}")
        self._fail_sometimes()
        work.publish(f"copy-{part['number']}.txt", CONTENT, "text/plain")
        work.advance(1, f"run {self.runs}")
        return {"copied": part["number"]}

    def join(self, work: JobContext[Any], results: list[Result]) -> Result:
        self._fail_sometimes()
        return {"copied": [result.get("copied") for result in results]}

    def _fail_sometimes(self) -> None:
        if self.trouble.happens(self.failure_rate):
            raise self.random.choice((OverLimit, RuntimeError, Throttled, InvalidInput))
