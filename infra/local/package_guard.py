"""In a worker of the embedded run: refuse the packages that the worker does not have on AWS.

Copied into the environment's site-packages, and loaded by every Python there; it acts in a worker alone. The
deploy writes what is refused (`worker_packages.list_blocked`) beside the worker's code.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

FILE = "blocked_packages.json"


class PackageGuard:
    """A finder that comes before all others."""

    def __init__(self, worker: str, blocked: dict[str, str]) -> None:
        self._worker, self._blocked = worker, blocked

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """Find nothing. Raises ModuleNotFoundError for a module of a package that is refused."""
        package = self._blocked.get(name.partition(".")[0])
        if package is not None:
            raise ModuleNotFoundError(
                f"The worker {self._worker} has no package {package}. "
                f"Add it: make packages WORKER={self._worker} ADD={package}",
                name=name,
            )


def install() -> None:
    root, worker = os.environ.get("LAMBDA_TASK_ROOT"), os.environ.get("WORKER")
    if root and worker:
        file = Path(root, worker, FILE)
        if file.is_file():
            guard: Any = PackageGuard(worker, json.loads(file.read_text()))
            sys.meta_path.insert(0, guard)


install()
