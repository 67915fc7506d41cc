"""What the runner tells the person at the terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class CommandError(Exception):
    """The run can't go on. Its text is the one line that says what to do."""


@contextmanager
def print_step(what: str) -> Iterator[None]:
    """Say what is being done and, when it is done, how long it took."""
    print(f"==> {what} ... ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed")
        raise
    print(f"{time.monotonic() - began:.1f} s")
