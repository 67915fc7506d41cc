"""`make check` names the file of a task that can't be used, and says why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.task_tutorial import copy_sources

TASK = '''"""A task."""

from __future__ import annotations

{imports}
from heavylift import JobContext, Params, Result, task


@task("{name}")
def work(job: JobContext[Params]) -> Result:
    """Works."""
    {body}
    return {{}}
'''
FOLDER = "functions/message"
LOOKED_AT = ("tests/architecture/test_rooms.py", "tests/architecture/test_worker_packages.py")
"""What `make check` runs of the tests, as far as tasks go."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sources(tmp_path_factory.mktemp("broken") / "copy")


def make_task(name: str, *, imports: str = "", body: str = "") -> str:
    return TASK.format(name=name, imports=imports, body=body)


def check(copy: Path, files: dict[str, str]) -> str:
    """Return what `make check` prints of a tree whose worker `message` has these files too."""
    for name, text in files.items():
        (copy / FOLDER / name).write_text(text)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *LOOKED_AT, "-k", "task or package"],
        cwd=copy,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    for name in files:
        (copy / FOLDER / name).unlink()
    assert ran.returncode != 0
    return ran.stdout + ran.stderr


def test_a_file_that_is_not_python(copy: Path) -> None:
    printed = check(copy, {"broken_task.py": make_task("broken", body="return {")})
    assert (
        "message/broken_task.py can't be imported: '{' was never closed (broken_task.py, line 12)" in printed
    )


def test_a_name_that_is_taken(copy: Path) -> None:
    printed = check(copy, {"broken_task.py": make_task("plot")})
    assert "Two tasks are called 'plot', in learn/ and in message/: rename one of them." in printed


def test_what_a_task_may_not_import(copy: Path) -> None:
    printed = check(
        copy,
        {
            "heavy_task.py": make_task("heavy", imports="from PIL import Image\n"),
            "inner_task.py": make_task("inner", imports="from heavylift.jobs.job import Job\n"),
            "lacking_task.py": make_task("lacking", body="import numpy\n"),
        },
    )
    assert f"{FOLDER}/heavy_task.py imports PIL at its top: import it in the function" in printed
    assert (
        f"{FOLDER}/inner_task.py imports heavylift.jobs.job, heavylift.jobs.job.Job: a task imports"
        in printed
    )
    assert (
        f"The worker message imports numpy in {FOLDER}/lacking_task.py and has no package numpy." in printed
    )
    assert "Add it: make packages WORKER=message ADD=numpy" in printed
