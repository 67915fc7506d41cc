"""The networks' library starts on every processor that Lambda has."""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"
ABORTS = "1.25.1"
"""The newest version whose import aborts on arm64 if /sys/devices/system/cpu/possible is missing."""


def test_no_version_is_taken_that_aborts_on_arm64_in_lambda() -> None:
    groups = tomllib.loads(PROJECT.read_text())["dependency-groups"]
    wanted = [Requirement(each) for each in groups["ocr"] if isinstance(each, str)]
    [library] = [each for each in wanted if each.name == "onnxruntime"]
    assert ABORTS not in library.specifier
