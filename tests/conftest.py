"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

from heavylift.tasks.registry import TASKS
from tests.support.capabilities import describe_skips

settings.register_profile("heavylift", deadline=None)  # how long an example takes is the machine's business
settings.load_profile("heavylift")

MOSTLY_WAITING = frozenset({"test_chaos", "test_killed_worker", "test_learn", "test_ocr", "test_callbacks"})
"""End-to-end tests that wait for leases and workers: a stack of their own saves more than it costs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who shares a process when tests run side by side: all that use a stack, and a module's own."""
    for item in items:
        group = item.path.as_posix()
        if "browser" in item.path.parts:
            group = "browser"
        elif "e2e" in item.path.parts:
            group = "waiting stack" if item.path.stem in MOSTLY_WAITING else "stack"
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def only_the_real_tasks_afterwards() -> Iterator[None]:
    """A test may add tasks of its own."""
    before = dict(TASKS)
    yield
    TASKS.clear()
    TASKS.update(before)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """After all else: what this machine lacks, and how it is added."""
    yield
    lines = describe_skips(terminalreporter.getreports("skipped"))
    if lines:
        terminalreporter.section("not tested on this machine")
    for line in lines:
        terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """HEAVYLIFT_SKIPS=fail: where everything is there that tests need, a skip hides something."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("HEAVYLIFT_SKIPS") == "fail" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
