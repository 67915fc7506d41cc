"""Follows docs/tutorial/writing-a-task.md exactly and deploys the result: `make test-task`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from infra.local.instance import BASE_PATH
from tests.support.ports import find_free_port
from tests.support.task_tutorial import copy_sources, follow, read_requests

PRINTED = "API=http://127.0.0.1:4566/_aws/execute-api/heavylift\n"


def test_the_documents_task_runs_embedded(tmp_path: Path) -> None:
    copy, port = copy_sources(tmp_path / "copy"), find_free_port()
    follow(copy, lock=True)
    local = [sys.executable, "-m", "infra.local", "--port", str(port), "--state-dir", str(tmp_path / "state")]
    try:
        up = subprocess.run(
            [*local, "up"], cwd=copy, capture_output=True, text=True, timeout=180, check=False
        )
        assert up.returncode == 0, up.stdout + up.stderr
        assert PRINTED in read_requests()
        here = read_requests().replace(PRINTED, f"API=http://127.0.0.1:{port}{BASE_PATH}\n")
        ran = subprocess.run(
            ["bash", "-euc", here], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        _check(copy)
        assert '"status":"DONE"' in ran.stdout, ran.stdout
        assert ran.stdout.endswith('{"to": 2, "be": 2, "or": 1, "not": 1}')
    finally:
        subprocess.run([*local, "down"], cwd=copy, capture_output=True, timeout=60, check=False)
