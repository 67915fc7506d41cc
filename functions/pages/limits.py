"""What the child allows itself, before it touches a byte of the document."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Above any page that admission lets in: 100 megapixels of RGB, stored as they are."""

_PR_SET_PDEATHSIG = 1


def limit(memory_mb: int, cpu_seconds: int) -> None:
    """Bounds this process and all it starts: address space, CPU seconds, file sizes, no core dumps."""
    memory = memory_mb * 1024 * 1024
    for kind, amount in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS takes no limit on memory, and nobody may raise one: the wall clock still holds there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (amount, amount))


def die_with(parent: int) -> None:
    """Asks Linux to kill this process when the one that started it is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before we asked
        os._exit(1)
