"""A worker has every package that its code imports, and the embedded run gives it no other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infra.local.instance import ROOT
from infra.local.package_guard import PackageGuard
from infra.local.worker_packages import find_missing, list_blocked, list_workers


def test_no_worker_imports_a_package_that_it_does_not_have() -> None:
    missing = [str(each) for each in find_missing()]
    assert not missing, "\n".join(missing)


def test_a_missing_package_is_named_with_its_worker_and_the_command_that_adds_it(tmp_path: Path) -> None:
    for folder in ("functions", "layers", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    task = tmp_path / "functions" / "message" / "task.py"
    task.write_text(task.read_text() + "\n\ndef draw() -> None:\n    from PIL import Image\n")

    [missing] = find_missing(tmp_path)

    assert str(missing) == (
        "The worker message imports PIL in functions/message/task.py and has no package pillow. "
        "Add it: make packages WORKER=message ADD=pillow"
    )


def test_every_worker_is_found() -> None:
    assert {"pages", "ocr", "learn", "message"} <= set(list_workers())


def test_the_embedded_run_refuses_a_worker_what_it_does_not_have_on_aws() -> None:
    blocked = list_blocked("message")
    assert {"PIL", "numpy", "fastapi"} <= set(blocked)
    assert not {"boto3", "pydantic", "aws_lambda_powertools"} & set(blocked)
    with pytest.raises(ModuleNotFoundError, match="make packages WORKER=message ADD=pillow"):
        PackageGuard("message", blocked).find_spec("PIL.Image")
    PackageGuard("message", blocked).find_spec("pydantic")
