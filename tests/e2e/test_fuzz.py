"""Schemathesis with the API's own description, on the stack: every check that applies.

No answer may be a 5xx, or have a status, header or body that the description lacks. A request that breaks the
description is refused, and a request that fits it is not. Schemathesis also follows the description's links.
`make test` runs a few cases, `make fuzz` thousands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import make_text_pdf

CASES = int(os.environ.get("HEAVYLIFT_FUZZ", "0"))
SHORT = ["--phases", "fuzzing,stateful", "--max-examples", "5"]
LONG = ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "250"]


def test_the_api_is_as_it_describes_itself(stack: Stack, tmp_path: Path) -> None:
    api = Api(stack.api_url)
    jobs = [api.submit_job(make_text_pdf(2)), api.submit_job(None, "message", params={"seconds": 0})]
    for job in jobs:
        api.wait_until_finished(job["id"])
    command = [
        *(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(ROOT / "tests/fuzz/schemathesis.toml"),
        ),
        # Every check is on that the file does not turn off. `--checks all` would turn those on again.
        *("run", f"{stack.api_url}/openapi.json", "--workers", "2", "--seed", "1"),
        *(LONG if CASES else SHORT),
    ]
    known = {"HEAVYLIFT_FUZZ_JOBS": ",".join(job["id"] for job in jobs), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | known,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )

    for queue in api.get("/v1/queues").json()["items"]:  # other tests use the stack too
        assert api.post(f"/v1/queues/{queue['name']}/resume").status_code == 200
    assert ran.returncode == 0, ran.stdout + ran.stderr
    generated = re.search(r"([\d,]+) generated", ran.stdout)
    assert generated, ran.stdout
    cases = int(generated[1].replace(",", ""))
    print(f"{cases} cases")  # noqa: T201 - `make fuzz` shows it
    assert cases >= (CASES or 50)
