"""A worker has every package that its code imports, and the embedded run gives it no other."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from infra.local import package_guard
from infra.local.instance import ROOT
from infra.local.package_guard import PackageGuard
from infra.local.worker_packages import find_missing, list_blocked, list_workers


def test_no_worker_imports_a_package_that_it_does_not_have() -> None:
    missing = [str(each) for each in find_missing()]
    assert not missing, "\n".join(missing)


def copy_with(target: Path, line: str) -> None:
    """Copy the sources; in the copy, a function of the worker `message` has this line too."""
    for folder in ("functions", "layers", "requirements"):
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))
    task = target / "functions" / "message" / "task.py"
    task.write_text(f"{task.read_text()}\n\ndef draw() -> None:\n    {line}\n")


def test_a_missing_package_is_named_with_its_worker_and_the_command_that_adds_it(tmp_path: Path) -> None:
    copy_with(tmp_path, "from PIL import Image")

    [missing] = find_missing(tmp_path)

    assert str(missing) == (
        "The worker message imports PIL in functions/message/task.py and has no package pillow. "
        "Add it: make packages WORKER=message ADD=pillow"
    )


def test_a_package_that_a_shared_module_imports_is_missing_too(tmp_path: Path) -> None:
    copy_with(tmp_path, "from documents.pdfium import PdfiumDocument")

    missing = {(each.worker, each.package, each.place) for each in find_missing(tmp_path)}

    assert ("message", "pillow", "functions/documents/pdfium.py") in missing


def test_every_worker_is_found() -> None:
    assert {"pages", "ocr", "learn", "message"} <= set(list_workers())


def test_the_embedded_run_refuses_a_worker_what_it_does_not_have_on_aws() -> None:
    blocked = list_blocked("message")
    assert {"PIL", "numpy", "fastapi"} <= set(blocked)
    assert not {"boto3", "pydantic", "aws_lambda_powertools"} & set(blocked)
    with pytest.raises(ModuleNotFoundError, match="make packages WORKER=message ADD=pillow"):
        PackageGuard("message", blocked).find_spec("PIL.Image")
    PackageGuard("message", blocked).find_spec("pydantic")


@pytest.mark.parametrize("worker", ["message", None])
def test_the_guard_acts_in_a_worker_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker: str | None
) -> None:
    (tmp_path / "message").mkdir()
    (tmp_path / "message" / package_guard.FILE).write_text(json.dumps({"absent": "lacking"}))
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))
    monkeypatch.setenv("WORKER", worker or "")
    package_guard.install()
    with pytest.raises(ModuleNotFoundError, match="has no package lacking" if worker else "No module named"):
        __import__("absent")
