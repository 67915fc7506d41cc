"""The Python packages of each worker: what its code imports, held against what its lock has.

On AWS a worker has its own locked packages only. Here all packages are in one environment, so a missing one
would be missed on AWS first.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from infra.local.console import CommandError
from infra.local.instance import ROOT
from pack_tasks import file_of, find_task_files

FUNCTIONS = ROOT / "functions"
OF_THE_RUNTIME = {"awslambdaric", "ministack", "pip", "setuptools"}
"""Packages of the environment that runs a function, and not of the function."""


@dataclass(frozen=True)
class MissingPackage:
    worker: str
    module: str
    package: str
    place: str
    """The file that imports the module."""

    def __str__(self) -> str:
        return (
            f"The worker {self.worker} imports {self.module} in {self.place} and has no package "
            f"{self.package}. Add it: make packages WORKER={self.worker} ADD={self.package}"
        )


def list_workers(functions: Path = FUNCTIONS) -> list[str]:
    """Return the workers: the folders with a task."""
    return sorted({path.parent.name for path in find_task_files(functions)})


def find_missing(root: Path = ROOT) -> list[MissingPackage]:
    """Return the packages that workers import and do not have."""
    return [missing for worker in list_workers(root / "functions") for missing in _missing_of(worker, root)]


def list_locked(worker: str, root: Path = ROOT) -> set[str]:
    """Return the normalized names of the packages that the worker has on AWS."""
    image = root / "requirements" / f"{worker}.txt"
    zipped = (root / "layers" / "core" / "requirements.txt", root / "functions" / worker / "requirements.txt")
    files = (image,) if image.exists() else zipped
    return {
        _normalize(name)
        for file in files
        if file.exists()
        for name in re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^]]*\])?==", file.read_text(), re.MULTILINE)
    }


def list_blocked(worker: str, root: Path = ROOT) -> dict[str, str]:
    """Return top-level module → package of what is installed here and the worker does not have."""
    allowed = list_locked(worker, root) | OF_THE_RUNTIME
    return {
        module: packages[0]
        for module, packages in _installed().items()
        if not any(_normalize(package) in allowed for package in packages)
    }


def _missing_of(worker: str, root: Path) -> Iterator[MissingPackage]:
    locked, functions, seen = list_locked(worker, root), root / "functions", set()
    own = {path.name for path in functions.iterdir() if path.is_dir()} | {"heavylift"}
    for file in sorted(_files_of(worker, functions)):
        for module in sorted({name.partition(".")[0] for name in _imports(file)}):
            if module in own or module in sys.stdlib_module_names or module in seen:
                continue
            packages = _installed().get(module, [module])
            if not any(_normalize(package) in locked for package in packages):
                seen.add(module)
                yield MissingPackage(worker, module, packages[0], str(file.relative_to(root)))


def _files_of(worker: str, functions: Path) -> set[Path]:
    """Return the worker's files, and those of shared packages that they import, in functions too."""
    found: set[Path] = set()
    todo = list((functions / worker).rglob("*.py"))
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += [file for name in _imports(path) if (file := file_of(functions, name))]
    return found


def _imports(path: Path) -> set[str]:
    """Return the modules that a file imports anywhere. Raises CommandError if it is no Python."""
    names: set[str] = set()
    try:
        tree = ast.parse(path.read_text())
    except SyntaxError as error:
        raise CommandError(f"{path}, line {error.lineno}: {error.msg}") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@cache
def _installed() -> dict[str, list[str]]:
    return {module: list(packages) for module, packages in packages_distributions().items()}


def _normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
