"""Output for the person at the terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class CommandError(Exception):
    """The command cannot go on. The text is one line that says why and what to do."""


@contextmanager
def print_step(what: str) -> Iterator[None]:
    """Print `what`, run the block, then print the seconds it took, or "failed"."""
    print(f"==> {what} ... ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed")
        raise
    print(f"{time.monotonic() - started:.1f} s")
