"""The deploy step: its errors, its digest and its parameters."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.digest import compute_digest
from infra.local import emulator, stack, staging
from infra.local.console import CommandError
from infra.local.instance import ROOT, LocalInstance
from infra.local.package_guard import FILE as BLOCKED_PACKAGES
from infra.local.worker_packages import list_blocked, list_workers
from tests.support.ports import find_free_port


@pytest.fixture(name="place")
def start_place(tmp_path: Path) -> Iterator[LocalInstance]:
    place = LocalInstance(find_free_port(), tmp_path)
    emulator.start(place, tied_to_parent=True)
    yield place
    emulator.stop(place)


def test_a_failed_deploy_names_the_resource_and_the_reason(place: LocalInstance) -> None:
    taken = {"ms-custom-id": "heavylift"}
    place.aws.client("apigatewayv2").create_api(Name="another", ProtocolType="HTTP", Tags=taken)

    with pytest.raises(CommandError, match=r"^The deploy failed: HttpApi: .* already in use$"):
        stack.up(place)


def test_an_api_that_can_not_be_imported_is_an_error_of_the_deploy(
    place: LocalInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = staging.stage

    def with_a_broken_handler(target: Path, images: dict[str, str] | None) -> None:
        staged(target, images)
        (target / "functions" / "api" / "handler.py").write_text("raise RuntimeError('not today')\n")

    monkeypatch.setattr(staging, "stage", with_a_broken_handler)

    with pytest.raises(CommandError, match=r"^The API answers 50\d: .*not today"):
        stack.up(place)


def test_the_digest_changes_with_sources_and_parameters_and_with_nothing_else(tmp_path: Path) -> None:
    staging.stage(tmp_path / "one")
    staging.stage(tmp_path / "two")
    (tmp_path / "two" / "functions" / "api" / "handler.py").write_text("changed = True\n")

    assert (tmp_path / "one" / "run.txt").read_text() == (ROOT / "requirements" / "run.txt").read_text()
    first = compute_digest(tmp_path / "one", {"A": "1", "B": "2"})

    assert first == compute_digest(tmp_path / "one", {"B": "2", "A": "1"})
    assert first != compute_digest(tmp_path / "one", {"A": "1", "B": "3"})
    assert first != compute_digest(tmp_path / "two", {"A": "1", "B": "2"})


def test_a_worker_is_staged_with_the_packages_that_it_is_refused(tmp_path: Path) -> None:
    staging.stage(tmp_path)
    for worker in list_workers():
        blocked = json.loads((tmp_path / "functions" / worker / BLOCKED_PACKAGES).read_text())
        assert blocked == list_blocked(worker)


def test_parameters_of_a_place_win_over_samconfig_and_overrides_over_both(tmp_path: Path) -> None:
    chosen = staging.build_parameters(LocalInstance(5123, tmp_path), {"PagesConcurrency": "7"})

    assert chosen["Tracing"] == "PassThrough"
    assert chosen["PublicS3Endpoint"] == "http://127.0.0.1:5123"
    assert chosen["PagesConcurrency"] == "7"
    assert chosen["MessageConcurrency"] == str(max(2, os.cpu_count() or 2))
