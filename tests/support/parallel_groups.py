"""Which tests share a process in a parallel run: those of one stack, else those of one module.

xdist 3.8 finds a group in the id of a test (`--dist loadgroup`). Into the structured ids of pytest 9.2 it
writes none, and so hands out every test alone. Here the group is found by the path.
"""

from __future__ import annotations

from pathlib import PurePath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

MOSTLY_WAITING = frozenset(
    {
        *(
            "test_api_doc",
            "test_callbacks",
            "test_chains",
            "test_chaos",
            "test_follow_a_job",
            "test_killed_worker",
        ),
        *("test_learn", "test_ocr"),
    }
)
"""End-to-end tests that wait for leases and workers. Their own stack saves more time than it costs."""
LONGEST_FIRST = (
    *("stack", "browser", "waiting stack"),
    *(
        "tests/chaos/test_mutations.py",
        "tests/unit/learn/test_small_data.py",
        "tests/integration/test_deploy.py",
    ),
    *(
        "tests/chaos/test_later_mutations.py",
        "tests/unit/test_writing_a_task.py",
        "tests/chaos/test_histories.py",
    ),
)
"""The groups that take longest, begun first: no process works alone at the end."""


def find_group(test_id: str) -> str:
    """Return the group of a test, by its id: a stack's name, else the path of its module."""
    module = test_id.split("::", 1)[0]
    path = PurePath(module)
    if "browser" in path.parts:
        return "browser"
    if "e2e" in path.parts:
        return "waiting stack" if path.stem in MOSTLY_WAITING else "stack"
    return module


def sort_longest_first(items: list[pytest.Item]) -> None:
    """Bring the tests of the longest groups to the front. The others keep their order."""
    rank = {group: number for number, group in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(find_group(item.nodeid), len(rank)))


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Hands out whole groups, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # by the number of tests, which says little about their time

    def _split_scope(self, nodeid: str) -> str:
        return find_group(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling | None:
    return GroupScheduling(config, log) if config.option.dist == "loadgroup" else None
