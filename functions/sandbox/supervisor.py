"""The keeper of a child process: has it forked, reads its events, minds the clocks, leaves nothing running.

The child leads a process group of its own, so that killing it takes poppler's programs along.
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
from types import TracebackType
from typing import Self

from heavylift.errors import TaskError
from heavylift.tasks.task import JobContext
from sandbox.errors import EngineCrashed, OverMemory, TooSlow
from sandbox.forkserver import ForkServerLost, fork
from sandbox.protocol import EXIT_MEMORY, Event, Request
from sandbox.settings import SandboxSettings

logger = logging.getLogger(__name__)

MARGIN_S = 5.0
"""Kept of the invocation for publishing the last page and saying how it ended."""
TICK_S = 0.5
"""How often a cancel or a lost lease is looked for while the child draws."""
MAX_LINE = 1 << 20
KEPT_ENV = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE")
"""What the child may see of the worker's environment: no credentials, no names of tables."""

MALLOC = {
    "MALLOC_ARENA_MAX": "1",  # each arena would reserve 64 MB of the address space that is limited
    # glibc hands large blocks back at once, and the kernel clears the next one page by page: a fifth of the
    # time of drawing scans. Blocks below so many bytes it keeps.
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(32 << 20),
}


@dataclass(frozen=True)
class ChildProgram:
    """What runs in a child."""

    module: str
    """Has `run_child(request, credit) -> Iterator[Event]`, which may raise TaskErrors."""
    errors: Mapping[str, type[TaskError]]
    """Those, by their slugs; one that is not here is a plain TaskError."""
    loads: tuple[str, ...] = ()
    """Modules that it will need and does not import at once: loaded beforehand, in the template."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Beside what every child is given of the worker's."""


class ChildProcess:
    """A running child. As a context manager it is dead at the end of the block, however that ends."""

    def __init__(
        self, work: JobContext, program: ChildProgram, request: Request, settings: SandboxSettings
    ) -> None:
        self._work, self._errors, self._settings = work, program.errors, settings
        self._ends_at = time.monotonic() + work.remaining() - MARGIN_S
        self._buffer = b""
        limits = {
            "memory_mb": settings.child_memory_mb,
            "cpu_seconds": max(1, math.ceil(work.remaining() - MARGIN_S)),
        }
        try:
            env = {**_child_env(), **program.env}
            self._fork = fork((program.module, *program.loads), env, work.directory)
        except ForkServerLost as error:
            logger.error("No child could be started: %r", error.__cause__)  # noqa: TRY400 - no trace is needed
            raise TaskError from None
        self._ended: tuple[int, int] | None = None
        self._write(json.dumps({**request, **limits}).encode() + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ended is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self._collect()
        self._fork.channel.close()

    @property
    def pid(self) -> int:
        return self._fork.pid

    def grant_credit(self) -> None:
        """Tell the child that its oldest page was taken off the disk."""
        self._write(b"\n")

    def _write(self, line: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # it died: reading will tell how
            self._fork.channel.sendall(line)

    def events(self) -> Iterator[Event]:
        """Its events up to the end. Raises what it reports, what its death means, and Interrupted."""
        while True:
            event = self._next()
            if "end" in event:
                return
            if "error" in event:
                if event.get("log"):
                    logger.error("The child failed: %s", event["log"])
                raise self._errors.get(event["error"], TaskError)(event["detail"])
            yield event

    def _next(self) -> Event:
        page_ends_at = time.monotonic() + self._settings.page_seconds
        while b"\n" not in self._buffer:
            self._wait(page_ends_at)
            data = self._received()
            if not data:
                raise self._death()
            self._buffer += data
            if len(self._buffer) > MAX_LINE:
                raise TaskError
        line, _, self._buffer = self._buffer.partition(b"\n")
        event: Event = json.loads(line)
        return event

    def _received(self) -> bytes:
        """Nothing if it ended."""
        try:
            return self._fork.channel.recv(65_536)
        except ConnectionError:  # with receipts that it never read
            return b""

    def _wait(self, page_ends_at: float) -> None:
        """Until there is something to read."""
        while not select.select([self._fork.channel], [], [], TICK_S)[0]:
            self._work.advance(0)
            now = time.monotonic()
            if now > self._ends_at:
                raise TooSlow("The input was not read within the time of one run.")
            if now > page_ends_at:
                raise TooSlow(f"One page may take {self._settings.page_seconds:g} seconds.")

    def _death(self) -> TaskError:
        """What it means that the child ended without a word."""
        memory_kb, code = self._collect()
        logger.warning("The child ended with %s, having used %d MB", code, memory_kb // 1024)
        if code == -signal.SIGXCPU:
            return TooSlow()
        if code in (EXIT_MEMORY, -signal.SIGKILL) or memory_kb > self._settings.child_memory_mb * 1024 // 2:
            # Killed by the kernel for its memory, or crashed with much of it in use: engines take
            # a refused allocation for a reason to abort.
            return OverMemory()
        return EngineCrashed()

    def _collect(self) -> tuple[int, int]:
        """Its greatest resident memory in KiB, and its exit code as subprocess counts it; at its end."""
        if self._ended is None:
            try:
                status, memory = self._fork.template.collect(self.pid)
            except ForkServerLost:  # with the template, if not with the child, the kernel found memory
                status, memory = signal.SIGKILL, 0
            in_kb = memory // 1024 if sys.platform == "darwin" else memory
            self._ended = in_kb, os.waitstatus_to_exitcode(status)
        return self._ended


def _child_env() -> dict[str, str]:
    env = {name: os.environ[name] for name in KEPT_ENV if name in os.environ}
    # The child imports what this process does, whatever put it on the path.
    env["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if os.path.isabs(path))  # noqa: PTH117
    return env | MALLOC
