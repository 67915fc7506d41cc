"""The supervisor of a child process: starts it, reads its events, enforces deadlines, and ends it.

The child leads a process group, so that killing the child also kills poppler's programs.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import select
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from heavylift.errors import TaskError
from heavylift.tasks.task import JobContext
from sandbox.errors import EngineCrashed, OverMemory, TooSlow
from sandbox.forkserver import Fork, ForkServerLost, fork
from sandbox.protocol import EXIT_MEMORY, Event, Request
from sandbox.settings import SandboxSettings

logger = logging.getLogger(__name__)

MARGIN_S = 5.0
"""Time of the invocation that is kept for publishing the last page and reporting the outcome."""
POLL_S = 0.5
"""Time between two checks for a cancellation or a lost lease while the child works."""
MAX_LINE = 1 << 20
KEPT_ENV = (
    *("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE"),
    *("LAMBDA_TASK_ROOT", "WORKER"),  # what the embedded run refuses the worker, it refuses the child
)
"""The worker's variables that the child gets: no credentials, no names of tables."""

MALLOC = {
    "MALLOC_ARENA_MAX": "1",  # each arena reserves 64 MB of the limited address space
    # By default glibc returns large blocks at once, and the kernel clears the next one page by page. That
    # costs a fifth of the time of drawing scans. With these, glibc keeps blocks below the threshold.
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(32 << 20),
}


@dataclass(frozen=True)
class ChildProgram:
    """What runs in a child."""

    module: str
    """Defines `run_child(request, credit) -> Iterator[Event]`, which may raise TaskErrors."""
    errors: Mapping[str, type[TaskError]]
    """The errors of `run_child`, by slug. Any other becomes a plain TaskError."""
    loads: tuple[str, ...] = ()
    """Modules that `module` imports late. The fork server loads them in advance."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables beside those that every child gets."""
    files: tuple[str, ...] = ()
    """Fields of the request with the paths of local files, which the child may read."""


@contextlib.contextmanager
def start_child(
    job: JobContext[Any], program: ChildProgram, request: Request, settings: SandboxSettings
) -> Iterator[ChildProcess]:
    """Yield a child that runs the request. The child is dead when the block ends, for whatever reason.

    Raises TaskError if no child can be started.
    """
    env = {**_make_child_env(), **program.env}
    try:
        forked = fork((program.module, *program.loads), env, job.directory)
    except ForkServerLost as error:
        logger.error("No child could be started: %r", error.__cause__)  # noqa: TRY400 - no trace is needed
        raise TaskError from None
    child = ChildProcess(job, forked, program.errors, settings)
    try:
        readable = [request[name] for name in program.files if name in request]
        child.send({**request, "readable": readable})
        yield child
    finally:
        child.kill()


class ChildProcess:
    """A running child."""

    def __init__(
        self,
        job: JobContext[Any],
        forked: Fork,
        errors: Mapping[str, type[TaskError]],
        settings: SandboxSettings,
    ) -> None:
        self._job, self._fork, self._errors, self._settings = job, forked, errors, settings
        self._seconds = job.remaining() - MARGIN_S
        self._ends_at = time.monotonic() + self._seconds
        self._buffer = b""
        self._ended: tuple[int, int] | None = None

    @property
    def pid(self) -> int:
        return self._fork.pid

    def send(self, request: Request) -> None:
        """Send the request, with the child's limits."""
        limits = {
            "memory_mb": self._settings.child_memory_mb,
            "cpu_seconds": max(1, math.ceil(self._seconds)),
        }
        self._write(json.dumps({**request, **limits}).encode() + b"\n")

    def grant_credit(self) -> None:
        """Let the child make one more page. Call it when a page's file was deleted."""
        self._write(b"\n")

    def kill(self) -> None:
        """Kill the child and its process group, unless it has ended, and close the channel."""
        if self._ended is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self._reap()
        self._fork.channel.close()

    def _write(self, line: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # the child died: the next read explains how
            self._fork.channel.sendall(line)

    def events(self) -> Iterator[Event]:
        """Yield the child's events until it succeeds.

        Raises the error that the child reports, an error for a child that dies without a report, and
        Interrupted.
        """
        while True:
            event = self._next_event()
            if "end" in event:
                return
            if "unconfined" in event:
                _log_once(json.dumps(event["unconfined"]))
                continue
            if "error" in event:
                if event.get("log"):
                    logger.error("The child failed: %s", event["log"])
                raise self._errors.get(event["error"], TaskError)(event["detail"])
            yield event

    def _next_event(self) -> Event:
        page_ends_at = time.monotonic() + self._settings.page_seconds
        while b"\n" not in self._buffer:
            self._wait_for_data(page_ends_at)
            data = self._receive()
            if not data:
                raise self._explain_death()
            self._buffer += data
            if len(self._buffer) > MAX_LINE:
                raise TaskError
        line, _, self._buffer = self._buffer.partition(b"\n")
        event: Event = json.loads(line)
        return event

    def _receive(self) -> bytes:
        """Return the next bytes, or none if the child has ended."""
        try:
            return self._fork.channel.recv(65_536)
        except ConnectionError:  # the child ended with unread credits
            return b""

    def _wait_for_data(self, page_ends_at: float) -> None:
        """Return when the channel can be read. Raises TooSlow and Interrupted."""
        while not select.select([self._fork.channel], [], [], POLL_S)[0]:
            self._job.advance(0)
            now = time.monotonic()
            if now > self._ends_at:
                raise TooSlow("The input was not read within the time of one invocation.")
            if now > page_ends_at:
                raise TooSlow(f"One page may take {self._settings.page_seconds:g} seconds.")

    def _explain_death(self) -> TaskError:
        """Return the error for a child that died without a report."""
        memory_kb, code = self._reap()
        logger.warning("The child ended with %s, having used %d MB", code, memory_kb // 1024)
        if code == -signal.SIGXCPU:
            return TooSlow()
        if code in (EXIT_MEMORY, -signal.SIGKILL) or memory_kb > self._settings.child_memory_mb * 1024 // 2:
            # The kernel killed the child for its memory, or the child crashed with much of it in use: engines
            # abort when an allocation is refused.
            return OverMemory()
        return EngineCrashed()

    def _reap(self) -> tuple[int, int]:
        """Reap the child. Return its peak resident memory in KiB and its exit code (minus N: signal N)."""
        if self._ended is None:
            try:
                status, memory = self._fork.server.reap(self.pid)
            except ForkServerLost:  # the kernel ran out of memory and killed the server, or both
                status, memory = signal.SIGKILL, 0
            in_kb = memory // 1024 if sys.platform == "darwin" else memory
            self._ended = in_kb, os.waitstatus_to_exitcode(status)
        return self._ended


@lru_cache(maxsize=8)
def _log_once(refused: str) -> None:
    logger.warning("The kernel refused layers of the sandbox: %s", refused)


def _make_child_env() -> dict[str, str]:
    env = {name: os.environ[name] for name in KEPT_ENV if name in os.environ}
    # The child must find every module that this process finds, whatever put it on the path.
    env["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if os.path.isabs(path))  # noqa: PTH117
    return env | MALLOC
