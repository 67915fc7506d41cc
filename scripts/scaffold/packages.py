"""Adding packages to a worker: to its group in pyproject.toml, and to the locks that have the group."""

from __future__ import annotations

import subprocess
from pathlib import Path

from scripts.lock import compile_locks
from scripts.scaffold.blocks import add_group
from scripts.scaffold.names import Refused, has_group


def add_packages(root: Path, worker: str, packages: list[str]) -> None:
    """Add packages, none too, and lock. pyproject.toml stays as it is if they can't be had: Refused."""
    file = root / "pyproject.toml"
    before = file.read_text()
    image = (root / "functions" / worker / "Dockerfile").is_file()
    if not has_group(root, worker):
        file.write_text(add_group(before, root, worker, image=image))
    try:
        if packages:
            _run_uv_add(root, worker, packages)
        compile_locks(root, group=worker)
    except subprocess.CalledProcessError:
        file.write_text(before)
        raise Refused(f"{worker}: {' '.join(packages)} can't be locked, for the reason above") from None
    print(f"==> pyproject.toml: the group {worker}")


def _run_uv_add(root: Path, group: str, packages: list[str]) -> None:
    add = ["uv", "add", "--quiet", "--frozen", "--group", group, *packages]
    subprocess.run(add, cwd=root, check=True)
