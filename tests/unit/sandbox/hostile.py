"""A child that was taken over: it tries to leave the sandbox, and reports what it got."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.protocol import Event, Request
from sandbox.seccomp import REFUSED

SHELL = "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -a STOLEN; true"


def run_child(request: Request, _credit: threading.Semaphore) -> Iterator[Event]:
    yield {"got": {name: got for name, attack in list_attacks(request) if (got := _try(attack))}}


def list_attacks(request: Request) -> Iterator[tuple[str, Callable[[], Any]]]:
    worker, secret, other = request["worker"], request["secret"].encode(), request["other"]
    yield "environ", lambda: _find_in_proc("environ", secret)
    yield (
        "environ by a program",
        lambda: subprocess.run(["/bin/sh", "-c", SHELL], capture_output=True, text=True, check=False).stdout,
    )
    yield "memory", lambda: os.open(f"/proc/{worker}/mem", os.O_RDONLY)
    yield "memory of the fork server", lambda: os.open(f"/proc/{os.getppid()}/mem", os.O_RDWR)
    yield "memory of the first process", lambda: os.open("/proc/1/mem", os.O_RDONLY)
    yield "files of the worker", lambda: list(Path(f"/proc/{worker}/fd").iterdir())
    yield "another file", lambda: Path(other).read_text()
    yield "the folder of others", lambda: list(Path(other).parent.iterdir())
    yield "write the input", lambda: Path(request["input"]).write_text("x")
    yield "a file elsewhere", lambda: (Path(other).parent / "made").write_text("x")
    yield "permissions of another file", lambda: _do(os.chmod, other, 0)
    yield "owner of another file", lambda: _do(os.chown, other, os.getuid(), os.getgid())
    yield "times of another file", lambda: _do(os.utime, other)
    yield "attributes of another file", lambda: _do(os.setxattr, other, "user.x", b"x")
    yield "length of another file", lambda: _do(os.truncate, other, 0)
    yield "symbolic link", lambda: _do(Path("link").symlink_to, f"/proc/{worker}/environ")
    yield "hard link", lambda: _do(Path("hard").hardlink_to, request["input"])
    yield "loopback", lambda: socket.create_connection(("127.0.0.1", request["port"]), 1)
    for family in ("AF_INET", "AF_INET6", "AF_NETLINK", "AF_UNIX", "AF_PACKET"):
        yield family, partial(socket.socket, getattr(socket, family), socket.SOCK_DGRAM)
    yield "signal to the worker", lambda: _do(os.kill, worker, 0)
    yield "signal to the fork server", lambda: _do(os.kill, os.getppid(), 0)
    yield "signal to all", lambda: _do(os.kill, -1, 0)
    yield "limits of the worker", lambda: _prlimit(worker)
    yield "own session", lambda: _do(os.setsid)
    yield "ptrace", lambda: _call("ptrace", 16, worker, 0, 0) == 0
    yield "process_vm_readv", lambda: _call("process_vm_readv", worker, 0, 0, 0, 0, 0) == 0
    yield "pidfd_open", lambda: _call("pidfd_open", worker, 0) >= 0
    yield "unshare", lambda: _call("unshare", 0x10000000) == 0
    yield "mount", lambda: _call("mount", b"none", b"/mnt", b"tmpfs", 0, 0) == 0
    yield "io_uring", lambda: _call("io_uring_setup", 1, b"\0" * 120) >= 0


def _do(call: Callable[..., None], *arguments: Any) -> str:
    """Call it. Return a text if it was allowed."""
    call(*arguments)
    return "done"


def _prlimit(pid: int) -> Any:
    import resource  # noqa: PLC0415 - as an attacker would

    return resource.prlimit(pid, resource.RLIMIT_NOFILE)


def _find_in_proc(name: str, secret: bytes) -> list[str]:
    """Return the names of the programs whose file in /proc holds the secret."""
    found = set()
    for folder in _guess_folders():
        try:
            if secret in (folder / name).read_bytes():
                found.add((folder / "comm").read_text().strip())
        except OSError:
            continue
    return sorted(found)


def _guess_folders() -> list[Path]:
    """Return the folders of processes that may exist: the sandbox may hide the list."""
    return [Path(f"/proc/{pid}") for pid in range(max(1, os.getpid() - 500), os.getpid() + 10)]


def _call(name: str, *arguments: Any) -> int:
    number = REFUSED[name][0 if os.uname().machine == "x86_64" else 1]
    return int(ctypes.CDLL(None).syscall(number, *arguments))


def _try(attack: Callable[[], Any]) -> str:
    try:
        return str(attack() or "")
    except (OSError, ValueError):
        return ""
