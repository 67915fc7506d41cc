"""This process's folder below the temporary folder, for inputs and scratch files.

A worker that is killed leaves its folder behind, and Lambda starts the next one on the same /tmp. The first
use removes the folders of dead processes: they would fill /tmp, and they hold other tenants' inputs.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

PREFIX = "heavylift-work-"


def get_work_folder() -> Path:
    """Return this process's folder. The first call makes it, and removes those of dead processes."""
    return _make_work_folder(Path(tempfile.gettempdir()))


@lru_cache(maxsize=1)
def _make_work_folder(temporary: Path) -> Path:
    with _take_turn(temporary):
        remove_leftovers(temporary)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=temporary))
        _lock(os.open(folder, os.O_RDONLY))  # open until this process ends, however it ends
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def remove_leftovers(temporary: Path) -> None:
    """Remove the work folders below `temporary` that no live process holds."""
    for folder in temporary.glob(PREFIX + "*"):
        with contextlib.suppress(OSError):  # held, of another user, or gone meanwhile
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                _lock(descriptor)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)


@contextlib.contextmanager
def _take_turn(temporary: Path) -> Iterator[None]:
    """Hold the lock that keeps others from removing a folder that is made but not yet held."""
    turn = temporary / f"heavylift-{os.getuid()}.lock"
    descriptor = os.open(turn, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Hold what the descriptor refers to. Raises BlockingIOError if another process holds it."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
