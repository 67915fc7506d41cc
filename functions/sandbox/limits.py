"""The limits that a child sets on itself before it reads the input."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path

MAX_FILE_BYTES = 512 * 1024 * 1024
"""More than any admitted page takes: 100 megapixels of raw RGB."""


def apply_limits(memory_mb: int, cpu_seconds: int) -> None:
    """Limit this process and its children: address space, CPU seconds and file size. Disable core dumps.

    Raises MemoryError if the loaded libraries already use more address space. The check comes first because
    some libraries hang when an allocation is refused.
    """
    memory = memory_mb * 1024 * 1024
    if _read_address_space() > memory:
        raise MemoryError
    for kind, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_DATA, memory, memory),
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1),  # SIGXCPU names the cause; the hard limit kills
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES, MAX_FILE_BYTES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        # macOS has no memory limits, and no process may raise a limit. The wall clock still applies there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))


def _read_address_space() -> int:
    """Return the bytes of address space that this process has reserved, or 0 where /proc is missing."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()
