"""A zip of many outputs, made by a process of its own on a store of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from infra.local.instance import ROOT
from tests.support.swallowing_store import make_outputs

PATHS = os.pathsep.join(str(ROOT / each) for each in ("layers/core", "functions", "."))


def make_large_zip(folder: Path, count: int, size: int) -> dict[str, Any]:
    """Make a zip of `count` outputs of `size` bytes. Return its result, with `megabytes` and `seconds`.

    Raises AssertionError unless the zip has every output as it was.
    """
    target = folder / "all.zip"
    environment = {**os.environ, "PYTHONPATH": PATHS, "NO_PROXY": "*"}
    command = [sys.executable, "-m", "tests.support.swallowing_store", str(count), str(size), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as store:
        try:
            assert store.stdout is not None
            port = store.stdout.readline().strip()
            meter = [sys.executable, "-m", "tests.support.zip_meter", port, str(folder)]
            ran = subprocess.run(
                meter, capture_output=True, text=True, env=environment, cwd=ROOT, check=False, timeout=1800
            )
        finally:
            store.kill()
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    assert target.stat().st_size == found["bytes"]
    with ZipFile(target) as opened:
        assert opened.testzip() is None
        expected = [(f"report-{each['name']}", each["bytes"]) for each in make_outputs(count, size)]
        assert [(each.filename, each.file_size) for each in opened.infolist()] == expected
    target.unlink()
    return found
