"""A worker that was killed leaves its folder behind; the next one on the same temporary folder removes it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from heavylift.worker.work_folder import PREFIX, get_work_folder

PROGRAM = """
import sys
from heavylift.worker.work_folder import get_work_folder
(get_work_folder() / "input").write_text("of a tenant")
print(get_work_folder(), flush=True)
sys.stdin.read()
"""


@contextmanager
def run_worker(temporary: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """Yield the work folder of another process, and the process."""
    command = [sys.executable, "-c", PROGRAM]
    environment = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Path(process.stdout.readline().strip()), process
        finally:
            process.kill()


def test_what_a_killed_worker_left_is_removed(tmp_path: Path) -> None:
    with run_worker(tmp_path) as (first, _):
        assert (first / "input").exists()
    assert first.exists()  # killed: it could not clean up

    with run_worker(tmp_path) as (second, _):
        assert second != first
        assert list(tmp_path.glob(PREFIX + "*")) == [second]


def test_the_folder_of_a_live_worker_stays(tmp_path: Path) -> None:
    with run_worker(tmp_path) as (first, _), run_worker(tmp_path) as (second, _):
        assert (first / "input").exists()
        assert (second / "input").exists()


def test_a_worker_that_exits_removes_its_folder(tmp_path: Path) -> None:
    with run_worker(tmp_path) as (folder, process):
        process.communicate("")
    assert not folder.exists()


def test_what_is_no_work_folder_stays(tmp_path: Path) -> None:
    target = tmp_path / "of-another-program"
    target.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(target)
    with run_worker(tmp_path):
        assert target.exists()


def test_a_process_has_one_folder() -> None:
    assert get_work_folder() == get_work_folder()
    assert get_work_folder().stat().st_mode & 0o777 == 0o700
