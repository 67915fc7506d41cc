"""Runs the unchanged end-to-end suite on a target other than the embedded stack.

python -m tests.support.run_e2e_on docker             MiniStack with the worker images
python -m tests.support.run_e2e_on sam-local          sam local, services at AWS_ENDPOINT_URL or MiniStack
Further arguments go to pytest.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from infra.local import stack
from infra.local.instance import ROOT, LocalInstance
from tests.e2e.conftest import PARAMETERS
from tests.support.ports import find_free_port, find_free_ports

START_S = 600
SUITE = ["tests/e2e", "-o", "python_files=test_*.py schedule_fires.py"]
EXCLUDED = [
    # The page and the API's description are the same on every target.
    *("--ignore", "tests/e2e/browser", "--ignore", "tests/e2e/test_generated_clients.py"),
    *("--deselect", "tests/e2e/test_local_run.py::test_what_is_deployed_already_is_not_deployed_again"),
]

# What sam local does not do: it runs functions without their roles, and has its own rule for how many run.
NOT_BY_SAM_LOCAL = ["--ignore", "tests/e2e/test_roles.py", "--ignore", "tests/e2e/test_waits.py"]


def main() -> int:
    target, *arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="heavylift-") as folder:
        return {"docker": run_on_docker, "sam-local": run_on_sam_local}[target](Path(folder), arguments)


def run_on_docker(folder: Path, arguments: list[str]) -> int:
    place = LocalInstance(find_free_port(), folder, docker=True)
    try:
        stack.up(place, PARAMETERS, tied_to_parent=True)
        return run_suite(place.description, arguments)
    finally:
        stack.down(place)


def run_on_sam_local(folder: Path, arguments: list[str]) -> int:
    settings = [f"--set={name}={value}" for name, value in PARAMETERS.items()]
    name = f"t{uuid4().hex[:8]}"  # a new name: messages of an earlier run must not be processed
    command = [
        *(sys.executable, "-m", "infra.samlocal", "--state-dir", str(folder)),
        *("--name", name, *settings),
    ]
    description = folder / "local.json"
    with subprocess.Popen([*command, "--port", str(find_free_ports(3))], cwd=ROOT) as process:
        try:
            deadline = time.monotonic() + START_S
            while not description.exists() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.2)
            return run_suite(description, [*NOT_BY_SAM_LOCAL, *arguments]) if description.exists() else 1
        finally:
            process.send_signal(signal.SIGINT)


def run_suite(description: Path, arguments: list[str]) -> int:
    """Return the suite's exit code. The tests run without the AWS_ENDPOINT_URL settings of the stack."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("AWS_ENDPOINT_URL")
    }
    environment["HEAVYLIFT_STACK"] = str(description)
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *SUITE, *EXCLUDED, *arguments]
    return subprocess.run(pytest, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
