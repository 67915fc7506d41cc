"""Jobs that wait for others and take what those make: an output, the outputs of all, a model."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZipFile

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.api import Api

START_S = 4
"""How long the first job takes: each of the others is submitted meanwhile."""
SLOW_START_S = 10
"""The same where each submission starts a container."""
LONGEST_S = 300


def submit(api: Api, task: str, *, after: str | None = None, **fields: Any) -> dict[str, Any]:
    body = {"task": task, **({"after": [after]} if after else {}), **fields}
    answer = api.post("/v1/jobs", json=body)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def test_a_chain_that_is_submitted_at_once_passes_on_all_that_its_jobs_make(stack: Stack) -> None:
    api = Api(stack.api_url)
    form = {"task": "pdf-to-images", "params": '{"dpi": 50}'}
    seconds = START_S if stack.keeps_workers else SLOW_START_S
    first = submit(api, "message", params={"seconds": seconds})
    pdf = {"file": ("sample.pdf", (ROOT / "samples" / "sample.pdf").read_bytes(), "application/pdf")}
    drawn = api.post("/v1/jobs", data={**form, "after": first["id"]}, files=pdf).json()
    read = submit(api, "ocr", input={"job_id": drawn["id"], "output": "page-0002.png"})
    zipped = submit(api, "zip", params={"jobs": [drawn["id"], read["id"]]})
    last = submit(api, "message", params={"seconds": 0}, after=zipped["id"])
    assert [each["phase"] for each in (drawn, read, zipped, last)] == ["waiting"] * 4

    for job in (drawn, read, zipped, last):
        ended = api.wait_until_finished(job["id"], LONGEST_S)
        assert ended["status"] == "DONE", ended["error"]
    assert api.job(read["id"])["input"]["media_type"] == "image/png"
    with ZipFile(
        io.BytesIO(api.fetch(f"{stack.api_url}/v1/jobs/{zipped['id']}/outputs/outputs.zip"))
    ) as made:
        names = made.namelist()
    assert any(name.endswith("sample-page-0001.png") for name in names), names
    assert any(name.endswith("text.txt") for name in names), names
