"""Settings and fixtures for every test."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

from heavylift.tasks.registry import TASKS, register_tasks
from infra.local.instance import ROOT
from tests.support.capabilities import describe_skips

settings.register_profile("heavylift", deadline=None)  # the time of an example depends on the machine
settings.load_profile("heavylift")
register_tasks(ROOT / "functions")

MOSTLY_WAITING = frozenset({"test_chaos", "test_killed_worker", "test_learn", "test_ocr", "test_callbacks"})
"""End-to-end tests that wait for leases and workers. Their own stack saves more time than it costs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests that share a process in a parallel run: by stack, else by module."""
    for item in items:
        group = item.path.as_posix()
        if "browser" in item.path.parts:
            group = "browser"
        elif "e2e" in item.path.parts:
            group = "waiting stack" if item.path.stem in MOSTLY_WAITING else "stack"
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def restore_tasks() -> Iterator[None]:
    """Remove the tasks that a test registered."""
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
    """Fail a run with skips if HEAVYLIFT_SKIPS=fail: where every tool is installed, a skip hides a gap."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("HEAVYLIFT_SKIPS") == "fail" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
