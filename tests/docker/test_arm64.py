"""The part of an arm64 build that any machine can check: layers, and wheels for the images' packages."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from infra.local.instance import ROOT

ELF_AARCH64 = 183
PATH = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ["PATH"]])


@pytest.mark.parametrize(("layer", "target"), [("core", "build-CoreLayer"), ("web", "build-WebLayer")])
def test_a_layer_is_built_for_arm64_on_any_machine(tmp_path: Path, layer: str, target: str) -> None:
    subprocess.run(
        ["make", "-C", str(ROOT / "layers" / layer), target, "ARCH=arm64", f"ARTIFACTS_DIR={tmp_path}"],
        env=os.environ | {"PATH": PATH},
        check=True,
    )
    processors = {
        path.name: int.from_bytes(path.read_bytes()[18:20], "little") for path in tmp_path.rglob("*.so")
    }
    assert set(processors.values()) == {ELF_AARCH64}, processors


@pytest.mark.parametrize("image", ["pages", "ocr", "learn"])
def test_every_package_of_an_image_has_a_wheel_for_arm64(tmp_path: Path, image: str) -> None:
    ran = subprocess.run(
        [
            *("uv", "pip", "install", "--dry-run", "--no-deps", "--only-binary", ":all:", "--require-hashes"),
            *("--python-version", "3.13", "--python-platform", "aarch64-manylinux_2_28"),
            *("--target", str(tmp_path / "none"), "-r", str(ROOT / "requirements" / f"{image}.txt")),
        ],
        env=os.environ | {"PATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Would install" in ran.stderr, ran.stderr
