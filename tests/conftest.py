"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heavylift.tasks import TASKS


@pytest.fixture(autouse=True)
def only_the_real_tasks_afterwards() -> Iterator[None]:
    """A test may add tasks of its own."""
    before = dict(TASKS)
    yield
    TASKS.clear()
    TASKS.update(before)
