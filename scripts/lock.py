"""Compile the dependency groups of pyproject.toml to pinned requirements with hashes.

    python scripts/lock.py [--upgrade]

Which groups: those that `[tool.heavylift.lock]` names for .venv, and each that has the name of a folder of
layers/ or functions/, for Lambda. Every other group is a part of these. The first group for .venv is compiled
first, and its versions hold for all.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
COMPILE = [
    *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
    *("--no-annotate", "--no-header", "--no-emit-index-url"),
]


@dataclass(frozen=True)
class Lock:
    """One file of pinned requirements, and what it is compiled from."""

    output: Path
    """Relative to the root."""
    groups: tuple[str, ...]
    python: str
    """The oldest Python that the file is for."""
    without: tuple[str, ...] = ()
    """Packages that are left out, though another package asks for them."""


def find_locks(root: Path = ROOT) -> list[Lock]:
    """Return every lock of the project; the one whose versions hold for all is the first."""
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text())
    table = project["tool"]["heavylift"]["lock"]
    without = {group: tuple(names) for group, names in table["without"].items()}
    outputs = {group: _output(root, group) for group in project["dependency-groups"]}
    on_lambda = {group: output for group, output in outputs.items() if output}
    here = [
        # What the functions need, .venv needs too: in the embedded run they run in it.
        Lock(
            Path("requirements", f"{group}.txt"),
            (group,) if group in table["alone"] else (group, *on_lambda),
            table["python"],
            without.get(group, ()),
        )
        for group in table["groups"]
    ]
    there = [
        Lock(output, (group,), table["lambda-python"], without.get(group, ()))
        for group, output in on_lambda.items()
    ]
    return here + there


def _output(root: Path, group: str) -> Path | None:
    """Return where a layer's or a worker's group is compiled to; None for a group of neither."""
    if (root / "layers" / group).is_dir():
        return Path("layers", group, "requirements.txt")
    worker = root / "functions" / group
    if (worker / "Dockerfile").is_file():
        return Path("requirements", f"{group}.txt")
    if worker.is_dir():  # a zip is built from its worker's folder alone
        return Path("functions", group, "requirements.txt")
    return None


def compile_locks(root: Path = ROOT, *, group: str | None = None, upgrade: bool = False) -> None:
    """Write every lock, or those that have a group. Raises CalledProcessError, after uv has printed why."""
    locks = find_locks(root)
    for lock in locks:
        if group in {None, *lock.groups}:
            compile_lock(
                root, lock, constraint=None if lock is locks[0] else locks[0].output, upgrade=upgrade
            )


def compile_lock(root: Path, lock: Lock, *, constraint: Path | None, upgrade: bool) -> None:
    """Write the lock's file. The versions in it stay, unless `upgrade` or the constraint changes them.

    A file that stays as it is keeps its time, so that make does not make .venv anew.
    """
    file = root / lock.output
    before = (file.read_bytes(), file.stat()) if file.exists() else None
    print(f"==> {lock.output}", flush=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as left_out:
        left_out.write("\n".join(lock.without))
        left_out.flush()
        subprocess.run(
            [
                *COMPILE,
                *(word for group in lock.groups for word in ("--group", group)),
                *("--python-version", lock.python, "--excludes", left_out.name),
                *(("--constraint", str(constraint)) if constraint else ()),
                *(("--upgrade",) if upgrade else ()),
                *("--output-file", str(lock.output)),
            ],
            cwd=root,
            check=True,
        )
    if before and file.read_bytes() == before[0]:
        os.utime(file, ns=(before[1].st_atime_ns, before[1].st_mtime_ns))


def main() -> int:
    parser = argparse.ArgumentParser(description="Compile the dependency groups to pinned requirements.")
    parser.add_argument("-U", "--upgrade", action="store_true", help="take the newest versions")
    upgrade = parser.parse_args().upgrade
    try:
        compile_locks(upgrade=upgrade)
    except subprocess.CalledProcessError as failure:
        return int(failure.returncode)
    return 0


if __name__ == "__main__":
    sys.exit(main())
