"""The faults of a port call and their rates, both decided by the seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from heavylift.errors import Throttled
from tests.chaos.harness.scheduler import Scheduler

T = TypeVar("T")


class Killed(BaseException):
    """The process was killed. A BaseException, so that no code catches it."""


class Unreachable(Exception):
    """A service did not answer. The call may or may not have had its effect."""


@dataclass
class Trouble:
    random: Random
    scheduler: Scheduler
    kill: float = field(init=False)
    fault: float = field(init=False)
    delay: float = field(init=False)
    lose: float = field(init=False)
    double: float = field(init=False)
    stale: float = field(init=False)
    quiet: bool = False
    """True when the trouble is over."""
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Sometimes the worst of every rate at once: those histories found rare faults.
        choose = max if self.random.random() < 0.15 else self.random.choice
        self.kill = choose((0.0, 0.005, 0.02, 0.05))
        self.fault = choose((0.0, 0.0, 0.01, 0.03))
        self.delay = choose((0.0, 0.02, 0.06))
        self.lose = choose((0.0, 0.05, 0.3))
        self.double = choose((0.0, 0.1, 0.4))
        self.stale = choose((0.0, 0.2, 0.5))

    def happens(self, probability: float) -> bool:
        return not self.quiet and self.random.random() < probability

    def call(self, what: str, function: Callable[[], T]) -> T:
        """Call `function`. Another actor or a fault may come before and after it."""
        self._disturb(f"before {what}")
        result = function()
        self._disturb(f"after {what}")
        return result

    def _disturb(self, where: str) -> None:
        who = self.scheduler.current
        self.scheduler.step()
        if self.quiet:
            return
        if self.happens(self.delay):
            # Often about as long as a lease: then a worker continues after its lease ended.
            pause = self.random.choice((10 ** self.random.uniform(-1, 2.3), self.random.uniform(50, 110)))
            self._note(f"{who.identity} hangs for {pause:.1f} s {where}")
            self.scheduler.sleep(pause)
        if who.name != "client" and self.happens(self.kill):
            self._note(f"{who.identity} is killed {where}")
            raise Killed
        if self.happens(self.fault):
            self._note(f"{who.identity}'s call fails {where}")
            raise Throttled if self.random.random() < 0.5 else Unreachable

    def _note(self, text: str) -> None:
        self.log.append(f"{self.scheduler.now() % 100_000:9.2f} {text}")
