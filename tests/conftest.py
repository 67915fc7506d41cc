"""What holds for every test."""

from __future__ import annotations

import os
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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """HEAVYLIFT_SKIPS=fail: where everything is there that tests need, a skip hides something."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("HEAVYLIFT_SKIPS") == "fail" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
