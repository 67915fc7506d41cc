"""A parallel run keeps the tests of a group in one process, and begins the longest groups first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.instance import ROOT
from tests.support.parallel_groups import LONGEST_FIRST, find_group

MODULE = """
import os
import pathlib
import pytest

@pytest.mark.parametrize("number", range(6))
def test_where_it_runs(number):
    with pathlib.Path(__file__).with_suffix(".processes").open("a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


@pytest.mark.parametrize(
    ("test_id", "group"),
    [
        ("tests/e2e/browser/test_zip.py::test_a[e2e/x-1]", "browser"),
        ("tests/e2e/test_chaos.py::test_a", "waiting stack"),
        ("tests/e2e/test_batches.py::test_a", "stack"),
        ("tests/unit/api/test_lists.py::test_a[tests/e2e/a.py::b]", "tests/unit/api/test_lists.py"),
    ],
)
def test_a_test_is_in_the_group_of_its_stack_or_its_module(test_id: str, group: str) -> None:
    assert find_group(test_id) == group


def test_the_longest_groups_are_there() -> None:
    groups = {find_group(path.relative_to(ROOT).as_posix()) for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(LONGEST_FIRST) <= groups


def test_the_tests_of_a_module_run_in_one_process(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.support.parallel_groups import pytest_xdist_make_scheduler\n"
    )
    modules = [tmp_path / f"test_{name}.py" for name in "abcd"]
    for module in modules:
        module.write_text(MODULE)
    command = [
        "-m",
        "pytest",
        "-p",
        "xdist",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        "-c",
        str(ROOT / "pyproject.toml"),
    ]
    subprocess.run(
        [sys.executable, *command, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=True,
        capture_output=True,
    )
    found = [module.with_suffix(".processes").read_text().split() for module in modules]
    assert [len(processes) for processes in found] == [6] * 4
    assert [len(set(processes)) for processes in found] == [1] * 4
    assert {processes[0] for processes in found} == {"gw0", "gw1"}
