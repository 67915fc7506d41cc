"""What can go wrong at a port call, and how often: decided by the seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from heavylift.errors import Throttled
from tests.chaos.harness.scheduler import Scheduler

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone: nothing may catch it."""


class Unreachable(Exception):
    """A service did not answer; whether it did what was asked nobody knows."""


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
    """From now on nothing goes wrong any more."""
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Now and then the worst of everything at once: that is where rare faults were found.
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
        """A port call: others may come in before and after it, and so may trouble."""
        self._around(f"before {what}")
        result = function()
        self._around(f"after {what}")
        return result

    def _around(self, where: str) -> None:
        who = self.scheduler.current
        self.scheduler.step()
        if self.quiet:
            return
        if self.happens(self.delay):
            # Mostly for about as long as a lease lives: that is where a worker comes back too late.
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
