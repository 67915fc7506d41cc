"""Every block of the how-to pages of transfers works as it is printed: a server of ours has the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.file_server import serve
from tests.support.printed_commands import run_printed
from tests.support.receiver import Receiver, respond, run_receiver
from tests.support.sample_documents import SAMPLE

PAGES = ROOT / "docs" / "how-to"


@pytest.fixture
def server(stack: Stack) -> Iterator[Receiver]:
    with run_receiver() as started, stack.reach(started.port) as host:
        started.host = host
        yield started


def read_answer(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text())
    return found


def test_an_input_is_read_from_a_url_as_the_page_says(stack: Stack, server: Receiver, tmp_path: Path) -> None:
    file = serve(SAMPLE.read_bytes())
    server.script |= {"/sample.pdf?token=s3cret": [file], "/sample.pdf": [file]}
    page = (PAGES / "read-from-a-url.md").read_text()
    printed = run_printed(page, tmp_path, API=stack.api_url, FILES=server.url(""))
    for name in ("fetched.json", "second.json"):
        job = read_answer(tmp_path, name)
        assert job["status"] == "DONE", job
        assert job["input"]["url"] == server.url("/sample.pdf")
        assert job["input"]["bytes"] == SAMPLE.stat().st_size
        assert job["outputs"]["count"] == job["progress"]["total"] > 1
    assert "s3cret" not in (tmp_path / "fetched.json").read_text()
    assert "application/pdf" in printed
    [asked] = server.at("/sample.pdf")
    assert asked.headers["authorization"] == "Bearer word"
    assert len(server.at("/sample.pdf?token=s3cret")) == 1
    assert not any("s3cret" in line or "Bearer word" in line for line in stack.function_logs())


def test_outputs_are_delivered_as_the_page_says(stack: Stack, server: Receiver, tmp_path: Path) -> None:
    first, second = (f"/results/page-{number:04}.png?token=s3cret" for number in (1, 2))
    server.script[second] = [respond(503), respond(201)]
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "sample.pdf").write_bytes(SAMPLE.read_bytes())
    page = (PAGES / "deliver-outputs.md").read_text()
    run_printed(page, tmp_path, API=stack.api_url, STORE=server.url(""))
    job = read_answer(tmp_path, "job.json")
    delivery = job["delivery"]
    assert (delivery["state"], delivery["sent"]) == ("delivered", job["outputs"]["count"])
    assert delivery["url"] == server.url("/results/{name}")
    assert "s3cret" not in json.dumps(job)
    assert len(server.at(first)) == 1
    refused, accepted = server.at(second)
    assert refused.body == accepted.body
    assert accepted.body.startswith(b"\x89PNG")
    assert accepted.headers["authorization"] == "Bearer word"
    assert not any("s3cret" in line or "Bearer word" in line for line in stack.function_logs())
