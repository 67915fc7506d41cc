"""Actors that take turns, one at a time, wherever the scheduler says so; and the time between them.

Each actor is a thread, because the code under test is plain code; but only the one with the turn runs,
so a history is decided by its seed alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

STEP_S = 0.01
"""What one port call takes, in virtual time."""
STUCK_S = 60.0
"""Real seconds after which a history is taken for stuck: a fault of the harness."""


class Stopped(BaseException):
    """The history is over: an actor ends wherever it is."""


@dataclass
class Actor:
    name: str
    wake_at: float = 0.0
    invocation: int = 0
    """Counts what a worker was called for: after a kill it is somebody else."""
    over: bool = False
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    @property
    def identity(self) -> str:
        return f"{self.name}.{self.invocation}"


class Scheduler:
    """Also the Clock: time passes when nobody can run, and a little with each step."""

    def __init__(self, random: Random, switching: float, start: float = 1_790_000_000.0) -> None:
        self._random = random
        self._switching = switching
        self._now = start
        self._actors: list[Actor] = []
        self._threads: list[threading.Thread] = []
        self._finished = threading.Semaphore(0)
        self._stopping = False
        self.current = Actor("nobody")
        self.violation: BaseException | None = None
        self.steps = 0

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.current.wake_at = self._now + max(0.0, seconds)
        self._yield_turn()

    def step(self) -> None:
        """A place where another actor may come in."""
        self.steps += 1
        self._now += STEP_S
        if self._random.random() < self._switching:
            self._yield_turn()

    def run(self, **actors: Callable[[], None]) -> None:
        """Play until every actor is done; raises what any of them raised."""
        for name, function in actors.items():
            actor = Actor(name, wake_at=self._now)
            self._actors.append(actor)
            thread = threading.Thread(target=self._live, args=(actor, function), daemon=True)
            self._threads.append(thread)
            thread.start()
        self._next().turn.release()
        if not self._finished.acquire(timeout=STUCK_S):
            raise RuntimeError("the history is stuck: an actor waits outside of the scheduler")
        for thread in self._threads:
            thread.join(STUCK_S)
        if self.violation is not None:
            raise self.violation

    def _live(self, actor: Actor, function: Callable[[], None]) -> None:
        actor.turn.acquire()
        try:
            if not self._stopping:
                self.current = actor
                function()
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - it is raised again by `run`
            self.violation = self.violation or error
            self._stopping = True
        actor.over = True
        rest = [each for each in self._actors if not each.over]
        if rest:
            (rest[0] if self._stopping else self._next()).turn.release()
        else:
            self._finished.release()

    def _next(self) -> Actor:
        """Somebody who can run; if all are asleep, whoever wakes first."""
        living = [actor for actor in self._actors if not actor.over]
        awake = [actor for actor in living if actor.wake_at <= self._now]
        if awake:
            return awake[int(self._random.random() * len(awake))]
        first = min(living, key=lambda actor: actor.wake_at)
        self._now = first.wake_at
        return first

    def _yield_turn(self) -> None:
        me, chosen = self.current, self._next()
        if chosen is not me:
            chosen.turn.release()
            me.turn.acquire()
            self.current = me
        if self._stopping:
            raise Stopped
