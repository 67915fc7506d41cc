"""What the child allows itself, before it touches a byte of the document."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Above any page that admission lets in: 100 megapixels of RGB, stored as they are."""


def limit(memory_mb: int, cpu_seconds: int) -> None:
    """Bounds this process and all it starts: address space, CPU seconds, file sizes, no core dumps.

    Raises MemoryError if what is loaded is more already: some libraries never return from an allocation that
    is refused.
    """
    memory = memory_mb * 1024 * 1024
    if _address_space() > memory:
        raise MemoryError
    for kind, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_DATA, memory, memory),
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1),  # SIGXCPU tells why; at the hard limit SIGKILL
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES, MAX_FILE_BYTES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        # macOS takes no limit on memory, and nobody may raise one: the wall clock still holds there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))


def _address_space() -> int:
    """Bytes that this process has reserved; 0 where the system doesn't tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()
