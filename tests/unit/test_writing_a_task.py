"""docs/tutorial/writing-a-task.md, followed to the letter in a copy: its tasks work, the copy is green."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.task_tutorial import DOCUMENT, TEMPLATE_TESTS, copy_sources, follow

WRITTEN = (
    "tests/unit/message/test_count_words_task.py",
    "tests/unit/message/test_count_lines_task.py",
    "tests/unit/thumbs/test_thumbs_task.py",
)
GUARDS = ("tests/architecture", "tests/unit/docs", *TEMPLATE_TESTS)
"""The tests that look at all tasks, workers, locks and documents."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = copy_sources(tmp_path_factory.mktemp("tutorial") / "copy")
    follow(copy, lock=False)
    return copy


def run(copy: Path, *command: str) -> str:
    """Return what a module of Python prints, run in the copy."""
    environment = os.environ | {"PYTEST_ADDOPTS": "-q -p no:cacheprovider", "PYTEST_XDIST_WORKER": ""}
    ran = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=copy,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_document_writes_every_test_and_no_other() -> None:
    assert {name for name in WRITTEN if f"`{name}`:\n" in DOCUMENT} == set(WRITTEN)
    assert DOCUMENT.count("`tests/unit/") == len(WRITTEN) + 1  # the first names this file


def test_its_tasks_work_and_a_tree_with_more_tasks_than_were_shipped_stays_green(copy: Path) -> None:
    run(copy, "pytest", *WRITTEN, *GUARDS)


def test_the_code_of_the_document_is_formatted_and_linted(copy: Path) -> None:
    folders = ("functions", "tests/unit")
    run(copy, "ruff", "format", "--check", *folders)
    run(copy, "ruff", "check", *folders)


def test_the_packages_of_the_document_are_in_their_groups(copy: Path) -> None:
    project = (copy / "pyproject.toml").read_text()
    assert '    "awslambdaric>=3",\n    "pillow",\n]' in project
    assert 'message = [\n    "charset-normalizer",\n]' in project
    assert "fonts-dejavu-core" in (copy / "functions" / "thumbs" / "Dockerfile").read_text()
