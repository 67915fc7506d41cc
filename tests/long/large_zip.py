"""2 GB and 5 GB of outputs as one zip, in the memory of a worker of 512 MB. Not a part of `make test`.

make test-zip
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.large_zip import make_large_zip

WORKER_MB = 512
"""The memory of the worker in template.yaml. Lambda's own runtime takes about 60 MB of it."""
RUNTIME_MB = 60


@pytest.mark.parametrize(
    ("count", "size"),
    [(1000, 2_000_000), (2, 1_000_000_000), (1, 5_000_000_000)],
    ids=["1,000 pages", "two large files", "one file that needs zip64"],
)
def test_a_zip_takes_less_memory_than_the_worker_has(count: int, size: int, tmp_path: Path) -> None:
    made = make_large_zip(tmp_path, count, size)
    sys.stdout.write(f"{count} files of {size:,} bytes: {made}\n")
    assert made["megabytes"] < WORKER_MB - RUNTIME_MB
