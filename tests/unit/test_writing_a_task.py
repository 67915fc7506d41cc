"""docs/tutorial/writing-a-task.md, followed to the letter in a copy: the task works, and keeps the rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.task_tutorial import copy_sources, follow


def test_a_task_is_written_by_following_the_document(tmp_path: Path) -> None:
    copy = copy_sources(tmp_path / "copy")
    follow(copy)
    tests = ("tests/unit/message/test_count_words.py", "tests/architecture")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert str(copy) in _where(copy), "the copy has to test itself"


def _where(copy: Path) -> str:
    code = "import heavylift.tasks.count_words as it; print(it.__file__)"
    paths = ["layers/core", "functions", "."]
    asked = [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}; {code}"]
    return subprocess.run(asked, cwd=copy, capture_output=True, text=True, check=True).stdout
