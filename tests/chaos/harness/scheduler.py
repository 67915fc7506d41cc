"""Runs actors in turns, one at a time, and moves virtual time.

Each actor is a thread, because the code under test is synchronous. Only the actor with the turn runs, so the
seed alone decides the history.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

STEP_S = 0.01
SKEW_S = 3.0
"""How far the clock of an actor is off at most."""
"""Virtual time of a port call."""
STUCK_S = 60.0
"""Real seconds after which a history counts as stuck, by a fault of the harness."""


class Stopped(BaseException):
    """Raised in an actor when the history is over."""


def taken_lock() -> threading.Lock:
    """Return a lock that another thread releases to pass on the turn. A Semaphore is slower."""
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass
class Actor:
    name: str
    wake_at: float = 0.0
    invocation: int = 0
    """Number of the worker's invocation: after a kill the actor has another identity."""
    over: bool = False
    turn: threading.Lock = field(default_factory=taken_lock)

    @property
    def identity(self) -> str:
        return f"{self.name}.{self.invocation}"


class Scheduler:
    """Gives actors the turn. It is the Clock too: time passes with each step, and when every actor sleeps."""

    def __init__(self, random: Random, switching: float, start: float = 1_790_000_000.0) -> None:
        self._random = random
        self._switching = switching
        self._now = start
        self._actors: list[Actor] = []
        self._threads: list[threading.Thread] = []
        self._finished = taken_lock()
        self._stopping = False
        self.current = Actor("none")
        self.violation: BaseException | None = None
        self.steps = 0

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.current.wake_at = self._now + max(0.0, seconds)
        self._yield_turn()

    def step(self) -> None:
        """Let another actor run, at random."""
        self.steps += 1
        self._now += STEP_S
        if self._random.random() < self._switching:
            self._yield_turn()

    def run(self, **actors: Callable[[], None]) -> None:
        """Run until every actor has ended. Raises the first error of an actor."""
        for name, function in actors.items():
            actor = Actor(name, wake_at=self._now)
            self._actors.append(actor)
            thread = threading.Thread(target=self._live, args=(actor, function), daemon=True)
            self._threads.append(thread)
            thread.start()
        self._choose_next().turn.release()
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
        except BaseException as error:  # noqa: BLE001 - `run` raises it again
            self.violation = self.violation or error
            self._stopping = True
        actor.over = True
        rest = [each for each in self._actors if not each.over]
        if rest:
            (rest[0] if self._stopping else self._choose_next()).turn.release()
        else:
            self._finished.release()

    def _choose_next(self) -> Actor:
        """Return an actor that can run. If all sleep, move time to the first that wakes."""
        living = [actor for actor in self._actors if not actor.over]
        awake = [actor for actor in living if actor.wake_at <= self._now]
        if awake:
            return awake[int(self._random.random() * len(awake))]
        first = min(living, key=lambda actor: actor.wake_at)
        self._now = first.wake_at
        return first

    def _yield_turn(self) -> None:
        me, chosen = self.current, self._choose_next()
        if chosen is not me:
            chosen.turn.release()
            me.turn.acquire()
            self.current = me
        if self._stopping:
            raise Stopped


class SkewedClock:
    """The Clock of each actor: the scheduler's, off by up to `SKEW_S` for as long as the history lasts."""

    def __init__(self, scheduler: Scheduler, seed: int) -> None:
        self._scheduler = scheduler
        self._random = Random(seed)  # of its own: the history of a seed is the same without skew
        self._offsets: dict[str, float] = {}

    def now(self) -> float:
        name = self._scheduler.current.name
        if name not in self._offsets:
            self._offsets[name] = self._random.uniform(-SKEW_S, SKEW_S)
        return self._scheduler.now() + self._offsets[name]

    def sleep(self, seconds: float) -> None:
        self._scheduler.sleep(seconds)
