"""The template of a worker's children: a process that has loaded their engines, and never sees a document.

To start Python and load the engines takes from a tenth of a second to some seconds. A warm worker has that
done once, in a process of its own. Each child is a fork of it, in a few milliseconds, and sees one document.

    the worker sends                                  the template answers
    FORK, with a folder and one end of a socket       the child's process id
    a child's process id, when it is done with        its wait status, and its greatest resident memory

The template collects a child only when it is asked to. So until then nobody else can have its process id.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox import child_main

ASK, TOLD = struct.Struct("q"), struct.Struct("qq")
FORK = 0
START_S = 60.0
"""How long the engines may take to load."""
EXIT_S = 2.0
"""How long a child that is done with may take to end by itself."""


class ForkServerLost(Exception):
    """The template is gone."""


@dataclass(frozen=True)
class Fork:
    """A child: it leads a process group of its own, so that what it starts can be killed with it."""

    pid: int
    channel: socket.socket
    template: Template


class Template:
    """One that runs. It ends with the worker, however that ends: its line to it closes."""

    def __init__(self, modules: tuple[str, ...], env: Mapping[str, str]) -> None:
        self.env = env
        self._turn = threading.Lock()
        self._line, theirs = socket.socketpair()
        self._line.settimeout(START_S)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "sandbox.forkserver", *modules],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,  # under an emulator of Lambda the worker's output is a protocol
                stderr=subprocess.DEVNULL,  # what the engines print may quote the document
                cwd="/",
                env=env,
                start_new_session=True,
            )

    def fork(self, folder: Path) -> Fork:
        """A child at work in the folder; raises Lost."""
        ours, theirs = socket.socketpair()
        place = os.open(folder, os.O_RDONLY)
        try:
            pid, _ = self._ask(FORK, place, theirs.fileno())
        except ForkServerLost:
            ours.close()
            raise
        finally:
            theirs.close()
            os.close(place)
        return Fork(pid, ours, self)

    def collect(self, pid: int) -> tuple[int, int]:
        """The child's wait status and greatest resident memory, in the system's unit; raises Lost.

        Nothing is left of it, nor of what it started.
        """
        return self._ask(pid)

    def _ask(self, ask: int, *files: int) -> tuple[int, int]:
        with self._turn:
            try:
                socket.send_fds(self._line, [ASK.pack(ask)], files)
                told = self._line.recv(TOLD.size)
                first, second = TOLD.unpack(told)
            except (OSError, struct.error) as error:
                self._line.close()  # what it may yet say answers another question
                raise ForkServerLost from error
        return first, second

    def end(self) -> None:
        self._line.close()
        self._process.kill()
        self._process.wait()


_running: dict[tuple[str, ...], Template] = {}
_changing = threading.Lock()


def fork(modules: tuple[str, ...], env: Mapping[str, str], folder: Path) -> Fork:
    """A child of the template of these modules: the first answers, all may be loaded. Raises Lost.

    A template that is gone, or was started in another environment, is replaced.
    """
    with _changing:
        template = _running.get(modules)
        if template and template.env == env:
            with contextlib.suppress(ForkServerLost):
                return template.fork(folder)
        if template:
            template.end()
        template = _running[modules] = Template(modules, env)
        return template.fork(folder)


@atexit.register
def end_all() -> None:
    with _changing:
        while _running:
            _running.popitem()[1].end()


def main() -> None:
    if sys.platform == "linux":  # elsewhere a system's own libraries may not live through a fork
        for name in sys.argv[1:]:
            with contextlib.suppress(Exception):  # the child will meet it again, and can tell
                importlib.import_module(name)
    gc.freeze()  # a collection in a child would copy all memory that holds objects
    line = socket.socket(fileno=0)
    while True:
        ask, files, _, _ = socket.recv_fds(line, ASK.size, 2)
        if not ask:
            return
        (pid,) = ASK.unpack(ask)
        told = _collected(pid) if pid != FORK else (_forked(*files), 0)
        line.sendall(TOLD.pack(*told))


def _forked(folder: int, channel: int) -> int:
    pid = os.fork()
    if not pid:
        try:
            os.setpgid(0, 0)
            os.fchdir(folder)
            os.close(folder)
            os.dup2(2, 0)  # the line to the worker is the template's alone
            child_main.main(sys.argv[1], channel)
        finally:
            os._exit(1)
    with contextlib.suppress(OSError):
        os.setpgid(pid, pid)  # here too: the group is there before the worker hears of it
    os.close(folder)
    os.close(channel)
    return pid


def _collected(pid: int) -> tuple[int, int]:
    ends_at = time.monotonic() + EXIT_S
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # what it started and left
            return status, usage.ru_maxrss
        if time.monotonic() > ends_at:
            os.killpg(pid, signal.SIGKILL)
        time.sleep(0.001)


if __name__ == "__main__":
    main()
