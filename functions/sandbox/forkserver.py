"""The fork server: a process that has loaded a worker's engines and forks its children. It reads no document.

Starting Python and loading the engines takes up to some seconds. A warm worker does both once, in the fork
server. Each child is a fork of the server, made in milliseconds, and reads one document.

    the worker sends                                  the fork server replies
    FORK, with a folder and one end of a socket       the child's process id
    a child's process id, to reap the child           its wait status and its peak resident memory

The fork server reaps a child only on request, so that no other process takes the child's id before then.
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
from sandbox.kernel import hide_memory

REQUEST, REPLY = struct.Struct("q"), struct.Struct("qq")
FORK = 0
START_TIMEOUT_S = 60.0
"""Maximum time for loading the engines."""
EXIT_TIMEOUT_S = 2.0
"""Maximum time that a child may take to exit by itself before the fork server kills it."""


class ForkServerLost(Exception):
    """The fork server has ended."""


@dataclass(frozen=True)
class Fork:
    """A child. The child leads a process group, so that its own children are killed with it."""

    pid: int
    channel: socket.socket
    server: ForkServer


class ForkServer:
    """A running fork server. The server exits when its socket to the worker closes: when the worker ends."""

    def __init__(self, modules: tuple[str, ...], env: Mapping[str, str]) -> None:
        hide_memory()  # before there is any child
        self.env = env
        self._turn = threading.Lock()
        self._line, theirs = socket.socketpair()
        self._line.settimeout(START_TIMEOUT_S)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "sandbox.forkserver", *modules],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,  # an emulator of Lambda reads the worker's output as a protocol
                stderr=subprocess.DEVNULL,  # the engines' messages may quote the document
                cwd="/",
                env=env,
                start_new_session=True,
            )

    def fork(self, folder: Path) -> Fork:
        """Fork a child that works in `folder`. Raises ForkServerLost."""
        ours, theirs = socket.socketpair()
        directory = os.open(folder, os.O_RDONLY)
        try:
            pid, _ = self._call(FORK, directory, theirs.fileno())
        except ForkServerLost:
            ours.close()
            raise
        finally:
            theirs.close()
            os.close(directory)
        return Fork(pid, ours, self)

    def reap(self, pid: int) -> tuple[int, int]:
        """Reap the child and kill all that it started. Raises ForkServerLost.

        Returns the child's wait status and its peak resident memory, in the unit of the system's `ru_maxrss`.
        """
        return self._call(pid)

    def _call(self, request: int, *files: int) -> tuple[int, int]:
        with self._turn:
            try:
                socket.send_fds(self._line, [REQUEST.pack(request)], files)
                first, second = REPLY.unpack(self._line.recv(REPLY.size))
            except (OSError, struct.error) as error:
                self._line.close()  # a late reply would be taken for the reply to the next request
                raise ForkServerLost from error
        return first, second

    def stop(self) -> None:
        self._line.close()
        self._process.kill()
        self._process.wait()


_servers: dict[tuple[str, ...], ForkServer] = {}
_lock = threading.Lock()


def fork(modules: tuple[str, ...], env: Mapping[str, str], folder: Path) -> Fork:
    """Fork a child from the server that has preloaded `modules`. Raises ForkServerLost.

    The first module handles the request. A server that has ended, or that was started in another environment,
    is replaced.
    """
    with _lock:
        server = _servers.get(modules)
        if server and server.env == env:
            with contextlib.suppress(ForkServerLost):
                return server.fork(folder)
        if server:
            server.stop()
        server = _servers[modules] = ForkServer(modules, env)
        return server.fork(folder)


@atexit.register
def stop_all() -> None:
    with _lock:
        while _servers:
            _servers.popitem()[1].stop()


def main() -> None:
    hide_memory()
    if sys.platform == "linux":  # the libraries of other systems may not survive a fork
        for name in sys.argv[1:]:
            with contextlib.suppress(Exception):  # the child fails at the same import and reports it
                importlib.import_module(name)
    gc.freeze()  # a collection in a child would copy all memory that holds objects
    line = socket.socket(fileno=0)
    while True:
        request, files, _, _ = socket.recv_fds(line, REQUEST.size, 2)
        if not request:
            return
        (pid,) = REQUEST.unpack(request)
        reply = _reap(pid) if pid != FORK else (_fork_child(*files), 0)
        line.sendall(REPLY.pack(*reply))


def _fork_child(folder: int, channel: int) -> int:
    pid = os.fork()
    if not pid:
        try:
            os.setpgid(0, 0)
            os.fchdir(folder)
            os.close(folder)
            os.dup2(2, 0)  # closes the child's copy of the socket between server and worker
            child_main.main(sys.argv[1], channel)
        finally:
            os._exit(1)
    with contextlib.suppress(OSError):
        os.setpgid(pid, pid)  # here too: the group must exist before the worker gets the process id
    os.close(folder)
    os.close(channel)
    return pid


def _reap(pid: int) -> tuple[int, int]:
    ends_at = time.monotonic() + EXIT_TIMEOUT_S
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # the processes that the child left behind
            return status, usage.ru_maxrss
        if time.monotonic() > ends_at:
            os.killpg(pid, signal.SIGKILL)
        time.sleep(0.001)


if __name__ == "__main__":
    main()
