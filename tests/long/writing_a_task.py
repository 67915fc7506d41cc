"""Follows docs/tutorial/writing-a-task.md, with its locks, and deploys the result: `make test-task`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from infra.local.instance import BASE_PATH
from tests.support.ports import find_free_port
from tests.support.task_tutorial import TEMPLATE_TESTS, copy_sources, follow, read_requests

PRINTED = "API=http://127.0.0.1:4566/_aws/execute-api/heavylift\n"
OTHER_TASKS = """
printf 'one\\ntwo\\n' > lines.txt
curl -s -H 'Prefer: wait=20' -F task=count-lines -F 'params={"part_bytes": 3}' -F file=@lines.txt $API/v1/jobs
curl -s -H 'Prefer: wait=20' -F task=thumbs -F 'params={"size": 64}' -F file=@picture.png $API/v1/jobs
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = copy_sources(tmp_path_factory.mktemp("tutorial") / "copy")
    follow(copy, lock=True)
    return copy


def run(copy: Path, *command: str) -> str:
    ran = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_copy_passes_the_gate(copy: Path) -> None:
    folders = ("layers", "functions", "scripts", "tests")
    run(copy, sys.executable, "-m", "ruff", "check", *folders)
    run(copy, sys.executable, "-m", "ruff", "format", "--check", *folders)
    run(copy, sys.executable, "-m", "mypy", *folders)
    run(
        copy,
        str(Path(sys.executable).parent / "cfn-lint"),
        "template.yaml",
        *map(str, copy.glob("infra/*.yaml")),
    )
    run(copy, sys.executable, "-m", "pytest", "-q", "tests/architecture", *TEMPLATE_TESTS)


def test_the_tasks_of_the_document_run_embedded(copy: Path, tmp_path: Path) -> None:
    port = find_free_port()
    local = [sys.executable, "-m", "infra.local", "--port", str(port), "--state-dir", str(tmp_path / "state")]
    Image.new("RGB", (300, 150)).save(tmp_path / "picture.png")
    try:
        run(copy, *local, "up")
        assert PRINTED in read_requests()
        here = read_requests().replace(PRINTED, f"API=http://127.0.0.1:{port}{BASE_PATH}\n")
        answers = run(tmp_path, "bash", "-euc", here)
        assert '"status":"DONE"' in answers, answers
        assert answers.endswith('{"to": 2, "be": 2, "or": 1, "not": 1}')
        others = run(tmp_path, "bash", "-euc", f"API=http://127.0.0.1:{port}{BASE_PATH}\n{OTHER_TASKS}")
        assert '"result":{"lines":2}' in others, others
        assert '"result":{"width":64,"height":32}' in others, others
    finally:
        subprocess.run([*local, "down"], cwd=copy, capture_output=True, timeout=60, check=False)
