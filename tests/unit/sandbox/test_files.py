"""The worker takes plain files of the scratch folder from a child, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from heavylift.errors import TaskError
from sandbox.protocol import find_file


def test_a_plain_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "page-1.png").write_text("a page")
    assert find_file(tmp_path, "page-1.png") == tmp_path / "page-1.png"


@pytest.mark.parametrize("name", ["../secret", "/proc/self/environ", "link", "hard", "folder", "none", "."])
def test_nothing_else_is(tmp_path: Path, name: str) -> None:
    scratch, secret, other = tmp_path / "scratch", tmp_path / "secret", tmp_path / "other"
    (scratch / "folder").mkdir(parents=True)
    for file in (secret, other):  # two files: a hard link to one would refuse the other link too
        file.write_text("of the worker")
    (scratch / "link").symlink_to(secret)
    (scratch / "hard").hardlink_to(other)
    with pytest.raises(TaskError):
        find_file(scratch, name)
