"""Clients that generators make of the stack's /openapi.json: they compile, and submit jobs of every form.

The TypeScript client needs the packages of package.json. HEAVYLIFT_NODE=required, as in CI, makes their lack
a failure.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.admin import api_keys
from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.capabilities import NODE
from tests.support.sample_documents import SAMPLE

PROGRAMS = Path(__file__).parent / "generated_clients"
NODE_MODULES = ROOT / "node_modules"
WANTED = [["DONE", 0], ["DONE", 3], ["DONE", 3]]
"""The status and the number of outputs of each job: a message, and twice the sample's three pages."""


def run(folder: Path, *command: Any) -> str:
    """Return what the command prints. Fails with all that it prints."""
    ran = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(name="key")
def create_key(stack: Stack, capsys: pytest.CaptureFixture[str]) -> str:
    """A generated client sends a key, as the description says that one is known."""
    api_keys.main(["--local", "--state-dir", str(stack.place.state_dir), "create", "generated"])
    return capsys.readouterr().out.strip()


@pytest.fixture(name="folder")
def save_description(stack: Stack, tmp_path: Path) -> Path:
    """A folder with the stack's openapi.json."""
    document = Api(stack.api_url).get("/openapi.json").json()
    assert document["servers"] == [{"url": stack.api_url}]
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    return tmp_path


def test_a_python_client_is_generated_and_submits_jobs(stack: Stack, folder: Path, key: str) -> None:
    shutil.copy(PROGRAMS / "program.py", folder)
    (folder / "config.yaml").write_text("package_name_override: generated_client\npost_hooks: []\n")
    generate = "generate --path openapi.json --config config.yaml --meta none --fail-on-warning"
    run(folder, "openapi-python-client", *generate.split(), "--output-path", "generated_client")
    run(folder, "mypy", "--strict", "--config-file=", "--cache-dir=cache", "program.py", "generated_client")
    assert json.loads(run(folder, sys.executable, "program.py", stack.api_url, key, SAMPLE)) == WANTED


def test_a_typescript_client_is_generated_and_submits_jobs(stack: Stack, folder: Path, key: str) -> None:
    NODE.require("HEAVYLIFT_NODE")
    for name in ("program.ts", "tsconfig.json"):
        shutil.copy(PROGRAMS / name, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(NODE_MODULES)
    run(folder, NODE_MODULES / ".bin" / "openapi-typescript", "openapi.json", "--output", "api.d.ts")
    run(folder, NODE_MODULES / ".bin" / "tsc")
    content = base64.b64encode(SAMPLE.read_bytes()).decode()
    assert json.loads(run(folder, "node", "out/program.js", stack.api_url, key, content)) == WANTED
