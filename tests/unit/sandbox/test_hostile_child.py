"""A child that was taken over reaches nothing but its input and its folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from sandbox.seccomp import build_filter
from tests.support.capabilities import LINUX

ROOT = Path(__file__).resolve().parents[3]
LAMBDAS_USER = 993
IGNORED = shutil.ignore_patterns("site-packages", "test", "share", "include")


def find_python(user: int, folder: Path) -> str:
    """Return an interpreter that the user may start: this one, or a copy of it by hard links."""
    if not user or os.getuid():
        return sys.executable
    copy = folder / "python"
    shutil.copytree(sys.base_prefix, copy, symlinks=True, copy_function=link_or_copy, ignore=IGNORED)
    copy.chmod(0o755)
    return str(copy / "bin" / f"python3.{sys.version_info.minor}")


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@contextmanager
def let_others_pass(*places: Path) -> Iterator[None]:
    """Open private folders on the way to the places, as that of `mktemp -d`, to other users for a while."""
    private = {
        folder
        for place in places
        for folder in (place, *place.parents)
        if folder.stat().st_uid == os.getuid() and folder.stat().st_mode & 0o777 == 0o700
    }
    for folder in private:
        folder.chmod(0o755)
    try:
        yield
    finally:
        for folder in private:
            folder.chmod(0o700)


@LINUX.needed
@pytest.mark.parametrize("user", [0, LAMBDAS_USER] if os.getuid() == 0 else [os.getuid()])
def test_a_hostile_child_gets_nothing(user: int, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    program = Path(__file__).with_name("worker_with_hostile_child.py")
    with let_others_pass(tmp_path, ROOT) if user != os.getuid() else nullcontext():
        ran = subprocess.run(
            [find_python(user, tmp_path), "-m", "tests.unit.sandbox." + program.stem, str(user)],
            cwd=ROOT,
            env={
                "STOLEN": "STOLEN-credentials",
                "TMPDIR": str(tmp_path),
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {}
    assert "refused" not in ran.stderr


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_a_program_of_whole_steps_within_the_kernels_limit(machine: str) -> None:
    program = build_filter(machine, 1)
    assert len(program) % 8 == 0
    assert len(program) // 8 <= 4096


def test_an_unknown_architecture_has_no_filter() -> None:
    with pytest.raises(OSError, match="architecture"):
        build_filter("riscv64", 1)
