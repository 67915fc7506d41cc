"""Every block of docs/how-to/keep-models.md works as it is printed, one after the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from heavylift.jobs.kept_models import MAX_NAMES, MAX_VERSIONS
from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.printed_commands import run_printed

PAGE = (ROOT / "docs" / "how-to" / "keep-models.md").read_text()


def test_a_model_is_kept_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    printed = run_printed(PAGE, tmp_path, API=stack.api_url, timeout=240)

    def answer(name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((tmp_path / name).read_text())
        return found

    assert answer("version.json")["reference"] == "churn@2"
    assert answer("predicted.json")["params"]["model"] == "churn@2"
    assert answer("predicted.json")["result"]["predictions"][0]["prediction"] == "yes"
    [model] = answer("models.json")["items"]
    assert (model["name"], model["latest"], model["count"]) == ("churn", 2, 2)
    assert (tmp_path / "churn-1.skops").read_bytes().startswith(b"PK")
    assert "{'name': 'churn', 'version': 1}" in printed


def test_the_page_names_the_limits() -> None:
    assert f"up to {MAX_VERSIONS} versions, and a tenant up to {MAX_NAMES} names" in PAGE
