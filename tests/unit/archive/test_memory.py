"""The short form of tests/long/large_zip.py: the memory of a zip does not grow with its files."""

from __future__ import annotations

from pathlib import Path

from tests.support.large_zip import make_large_zip


def test_a_larger_zip_takes_no_more_memory(tmp_path: Path) -> None:
    small, large = (make_large_zip(tmp_path, count, 20_000_000)["megabytes"] for count in (2, 11))
    assert large < small + 60, "9 files more have 180 MB"
