"""Tasks are found in the workers' folders; what can't be used is named with its file."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from heavylift.errors import NotFound
from heavylift.tasks.registry import (
    TASKS,
    TaskFileError,
    load_worker,
    queue_names,
    register_tasks,
    spec_of,
    task_modules,
)

NUMBERS = itertools.count()
TASK = '''
from heavylift import JobContext, Params, Result, task


@task("{name}")
def work(job: JobContext[Params]) -> Result:
    """Works."""
    return {{}}
'''
Write = Callable[[str, str], str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for workers, on Python's path."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def write(folder: Path) -> Write:
    """Writes a file of a worker; returns the worker's name, which no other test has."""
    number = next(NUMBERS)

    def write(path: str, text: str) -> str:
        worker, _, name = path.partition("/")
        (folder / f"{worker}{number}").mkdir(exist_ok=True)
        (folder / f"{worker}{number}" / "__init__.py").touch()
        (folder / f"{worker}{number}" / name).write_text(text)
        return f"{worker}{number}"

    return write


def test_tasks_are_found_by_the_names_of_their_files(folder: Path, write: Write) -> None:
    maps = write("maps/task.py", TASK.format(name="draw-map"))
    write("maps/route_task.py", TASK.format(name="find-route"))
    write("maps/helper.py", TASK.format(name="not-found"))
    tolls = write("tolls/task.py", TASK.format(name="sum-tolls"))

    register_tasks(folder)

    assert task_modules(folder / maps) == ["route_task", "task"]
    assert {TASKS[name].queue for name in ("draw-map", "find-route")} == {maps}
    assert spec_of("sum-tolls").queue == tolls
    assert {maps, tolls} <= queue_names()
    assert "not-found" not in TASKS
    assert set(load_worker(maps, folder)) == {"draw-map", "find-route"}


def test_the_same_tasks_may_be_registered_again(folder: Path, write: Write) -> None:
    write("maps/task.py", TASK.format(name="draw-map"))
    register_tasks(folder)
    before = dict(TASKS)
    register_tasks(folder)
    assert before == TASKS


def test_a_task_that_a_file_imports_from_another_is_found_once(folder: Path, write: Write) -> None:
    maps = write("maps/task.py", TASK.format(name="draw-map"))
    write(
        "maps/other_task.py",
        f"from {maps}.task import work\n" + TASK.format(name="other").replace("work", "more"),
    )
    assert set(load_worker(maps, folder)) == {"draw-map", "other"}


def test_a_name_that_is_taken_names_both_workers(folder: Path, write: Write) -> None:
    maps = write("maps/task.py", TASK.format(name="draw-map"))
    tolls = write("tolls/task.py", TASK.format(name="draw-map"))
    with pytest.raises(TaskFileError, match=f"'draw-map', in {maps}/ and in {tolls}/: rename one"):
        register_tasks(folder)


def test_a_name_that_is_taken_within_a_worker_stops_its_start(folder: Path, write: Write) -> None:
    maps = write("maps/task.py", TASK.format(name="draw-map"))
    write("maps/again_task.py", TASK.format(name="draw-map"))
    with pytest.raises(TaskFileError, match="Two tasks are called 'draw-map'"):
        load_worker(maps, folder)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def work(:\n", r"invalid syntax \(task.py, line 1\)"),
        ("import no_such_package\n", "No module named 'no_such_package'"),
        ("1 / 0\n", "division by zero"),
        ('from heavylift import task\ntask("x", accepts=("audio/flac",))\n', "give `sniff`: audio/flac"),
    ],
)
def test_a_file_that_can_not_be_imported_is_named(folder: Path, write: Write, text: str, why: str) -> None:
    worker = write("maps/task.py", text)
    with pytest.raises(TaskFileError, match=f"{worker}/task.py can't be imported: .*{why}"):
        register_tasks(folder)
    with pytest.raises(TaskFileError, match=f"{worker}/task.py can't be imported"):
        load_worker(worker, folder)


def test_a_task_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="no task called 'walk-dog'; GET /v1/tasks lists them"):
        spec_of("walk-dog")
