"""The main job as `make run` does it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from heavylift_client.calls.jobs import MAX_DIRECT_BYTES
from infra.local import stack as local_stack
from infra.local import staging
from infra.local.console import CommandError
from infra.local.demo import convert
from infra.local.deploy import find_stack
from infra.local.instance import ROOT
from tests.e2e.conftest import PARAMETERS, Stack

SAMPLE = ROOT / "samples" / "sample.pdf"
A4_AT_200_DPI = (1654, 2339)


def test_a_run_saves_every_page(stack: Stack, tmp_path: Path) -> None:
    done = convert(stack.api_url, SAMPLE, tmp_path / "pages")

    assert [file.name for file in done.files] == ["page-0001.png", "page-0002.png", "page-0003.png"]
    for file in done.files:
        with Image.open(file) as image:
            image.load()
            assert image.format == "PNG"
            assert all(abs(got - true) <= 1 for got, true in zip(image.size, A4_AT_200_DPI, strict=True))


def test_a_file_too_large_for_a_request_is_uploaded(stack: Stack, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(_pad_document(SAMPLE.read_bytes(), MAX_DIRECT_BYTES))

    done = convert(stack.api_url, large, tmp_path / "pages")

    assert len(done.files) == 3


def test_a_job_that_fails_is_one_line_that_says_why(stack: Stack, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nand nothing more\n")

    with pytest.raises(CommandError, match=r"The job \S+ is FAILED: .+") as stop:
        convert(stack.api_url, broken, tmp_path / "pages")

    assert "\n" not in str(stop.value)


def test_what_is_deployed_already_is_not_deployed_again(
    stack: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "HEAVYLIFT_STACK" in os.environ:
        pytest.skip("this stack was deployed with other parameters")
    # The sources may change during the test.
    monkeypatch.setattr(staging, "stage", lambda staged, images: None)
    before = find_stack(stack.place)

    local_stack.up(stack.place, PARAMETERS)

    assert before == find_stack(stack.place)
    assert "Deploying" not in capsys.readouterr().out


def _pad_document(pdf: bytes, size: int) -> bytes:
    """Return the document with `size` bytes of comment and its ending again."""
    ending = pdf[pdf.rindex(b"startxref") :]
    return pdf + b"%" + b"x" * size + b"\n" + ending
