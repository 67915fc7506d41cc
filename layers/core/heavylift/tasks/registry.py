"""Finding the tasks. A task stands in `<worker>/task.py` or `<worker>/<name>_task.py`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

from heavylift.errors import UnknownTask
from heavylift.ports.lanes import Lane, queue_of
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.task import FunctionTask, Task

TASKS: dict[str, TaskSpec] = {}
"""The specs of all tasks, by name; `register_tasks` fills it."""


class TaskFileError(Exception):
    """A task's file can't be used. The text says which one, why, and what to do."""


def register_tasks(folder: Path) -> None:
    """Add the specs of all tasks below `folder`, which holds a folder for each worker, to TASKS."""
    found = [
        task.spec
        for package in sorted(path.name for path in folder.iterdir() if path.is_dir())
        for module in task_modules(folder / package)
        for task in _tasks_in(f"{package}.{module}")
    ]
    for spec in sorted(found, key=lambda each: (each.rank, each.name)):
        known = TASKS.setdefault(spec.name, spec)
        if known is not spec:
            raise _taken(spec, known)


def load_worker(worker: str, folder: Path) -> dict[str, Task]:
    """Return the tasks of a worker, by name. `folder` holds the worker's folder."""
    tasks: dict[str, Task] = {}
    for module in task_modules(folder / worker):
        for task in _tasks_in(f"{worker}.{module}"):
            if known := tasks.get(task.spec.name):
                raise _taken(task.spec, known.spec)
            tasks[task.spec.name] = task
    return tasks


def task_modules(package: Path) -> list[str]:
    """Return the names of a package's modules that hold tasks."""
    return sorted({path.stem for path in (*package.glob("task.py"), *package.glob("*_task.py"))})


def _tasks_in(module: str) -> Iterator[Task]:
    try:
        found = importlib.import_module(module)
    except Exception as error:
        raise TaskFileError(f"{module.replace('.', '/')}.py can't be imported: {error}") from error
    for value in vars(found).values():
        if not isinstance(getattr(value, "spec", None), TaskSpec):
            continue
        origin = value.function if isinstance(value, FunctionTask) else value
        if origin.__module__ == module:  # not one that the file imports from another
            yield value() if isinstance(value, type) else value


def _taken(spec: TaskSpec, known: TaskSpec) -> TaskFileError:
    return TaskFileError(
        f"Two tasks are called {spec.name!r}, in {known.queue}/ and in {spec.queue}/: rename one of them."
    )


def queue_names() -> set[str]:
    """Return the names of the queues: of each worker that runs these tasks one for each lane."""
    return {queue_of(spec.queue, lane) for spec in TASKS.values() for lane in Lane}


def spec_of(name: str) -> TaskSpec:
    """Return the spec of the task called `name`. Raises UnknownTask, a NotFound, if there is none."""
    try:
        return TASKS[name]
    except KeyError:
        raise UnknownTask(f"There is no task called {name!r}; GET /v1/tasks lists them.") from None
