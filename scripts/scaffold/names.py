"""Names of new tasks and workers: which ones may be used, and what follows from them."""

from __future__ import annotations

import ast
import keyword
import re
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

from pack_tasks import find_task_files

TASK_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
WORKER_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
RESERVED_WORKERS = {"api", "janitor", "schedule", "webhooks", "documents", "sandbox", "callbacks", "dead"}
"""Folders of functions/ that are no worker, and words that name other queues."""
RESERVED_FUNCTIONS = {"task", "sorted", "set", "len", "job"}
"""Names that the new file uses itself."""


class Refused(Exception):
    """Nothing was written. The text says why."""


def to_module(task: str) -> str:
    """Return a task's name as that of a Python function: thumb-nail → thumb_nail."""
    return task.replace("-", "_")


def to_class(task: str) -> str:
    """Return a task's name as the beginning of a class's name: thumb-nail → ThumbNail."""
    return "".join(part.capitalize() for part in task.split("-"))


def check_task(root: Path, name: str) -> None:
    """Raise Refused if a new task can't be called `name`."""
    if not TASK_NAME.fullmatch(name):
        raise Refused(f"NAME={name}: a task's name has small letters, digits and single hyphens: count-words")
    if keyword.iskeyword(to_module(name)) or to_module(name) in RESERVED_FUNCTIONS:
        raise Refused(f"NAME={name}: Python uses this word, so no function can have the name")
    for path in find_task_files(root / "functions"):
        if name in _tasks_of(path):
            raise Refused(f"NAME={name}: {path.relative_to(root)} has a task of this name")


def check_worker(root: Path, name: str, packages: list[str]) -> None:
    """Raise Refused if a new worker with these packages can't be called `name`."""
    if not WORKER_NAME.fullmatch(name):
        raise Refused(f"NAME={name}: a worker's name has 1 to 20 small letters and digits, a letter first")
    if name in RESERVED_WORKERS:
        raise Refused(f"NAME={name}: Heavylift uses this name itself")
    if (root / "functions" / name).exists():
        raise Refused(f"NAME={name}: there is a worker of this name, in functions/{name}")
    if (root / "layers" / name).exists():
        raise Refused(f"NAME={name}: there is a layer of this name, in layers/{name}")
    if has_group(root, name):
        raise Refused(f"NAME={name}: there is a group of this name in pyproject.toml")
    if (
        name in sys.stdlib_module_names
        or name in {to_distribution(each) for each in packages}
        or _is_module(name)
    ):
        raise Refused(
            f"NAME={name}: there is a Python module of this name, which the worker's folder would hide"
        )


def has_group(root: Path, name: str) -> bool:
    """Whether pyproject.toml has a group of this name."""
    return name in tomllib.loads((root / "pyproject.toml").read_text())["dependency-groups"]


def to_distribution(package: str) -> str:
    """Return the name in a requirement: Pillow[xmp]>=11 → pillow."""
    return re.split(r"[^\w.-]", package.strip(), maxsplit=1)[0].lower()


def _is_module(name: str) -> bool:
    """Whether an installed package has a module of this name. A folder of functions/ is none."""
    found = find_spec(name)
    places = [found.origin or "", *(found.submodule_search_locations or ())] if found else []
    return any("site-packages" in Path(place).parts for place in places)


def _tasks_of(path: Path) -> set[str]:
    """Return the names of the tasks that a file defines."""
    return {
        call.args[0].value
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "task"
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }
