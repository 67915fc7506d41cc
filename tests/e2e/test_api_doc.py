"""Every block of docs/reference/http-api.md works as printed, in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from PIL import Image

from api.app import create_app
from api.settings import ApiSettings
from heavylift.api_keys import PREFIX
from heavylift.errors import Refused, RetryLater
from infra.admin import api_keys
from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.printed_commands import BLOCK, run_printed

DOC = (ROOT / "docs" / "reference" / "http-api.md").read_text()


def test_the_requests_of_the_api_document_work_as_printed(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    api_keys.main(["--local", "--state-dir", str(stack.place.state_dir), "create", "acme"])
    key = capsys.readouterr().out.strip()
    assert key.startswith(PREFIX)
    (tmp_path / "samples").symlink_to(ROOT / "samples")

    run_printed(DOC, tmp_path, API=stack.api_url, KEY=key)

    with Image.open(tmp_path / "page-0001.png") as page:
        assert page.size[0] > 1000


def test_every_route_is_in_the_document() -> None:
    shown = "\n".join(BLOCK.findall(DOC))
    for route in iter_route_contexts(create_app(ApiSettings()).routes):
        path = str(route.path_format)
        if path.startswith("/v1"):
            pattern = re.sub(r"\{\w+\}", r"[\\w$.-]+", path) + r"(?=[\s\"')?]|$)"
            assert re.search(pattern, shown, re.MULTILINE), path


def test_every_kind_of_refusal_is_in_the_document() -> None:
    kinds = {kind for base in (Refused, RetryLater) for kind in base.__subclasses__()} - {RetryLater}
    for kind in kinds:
        assert f"| {kind.status} | `/problems/{kind.slug}` |" in DOC
