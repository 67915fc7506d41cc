"""What the chaos tests share."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_logs() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def one_cpu() -> Iterator[None]:
    """Keep the actors' threads on one CPU. One of them runs at a time, so a turn is passed on sooner."""
    if not hasattr(os, "sched_setaffinity"):  # not Linux
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[os.getpid() % len(allowed)]})
    yield
    os.sched_setaffinity(0, allowed)
