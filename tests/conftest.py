"""Settings and fixtures for every test."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

from heavylift.tasks.registry import TASKS, register_tasks
from infra.local.instance import ROOT
from tests.support.capabilities import describe_skips
from tests.support.parallel_groups import pytest_xdist_make_scheduler, sort_longest_first

settings.register_profile("heavylift", deadline=None)  # the time of an example depends on the machine
settings.load_profile("heavylift")
register_tasks(ROOT / "functions")

__all__ = ["pytest_xdist_make_scheduler"]  # a hook


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the thousands of collected tests, and their modules, out of every later search for garbage.

    A search looks at each object in use: among all the tests, making an API took four times as long.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a process of a parallel run, bring the tests of the longest groups to the front."""
    if hasattr(config, "workerinput"):
        sort_longest_first(items)


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
