"""The searchable PDF of the whole task, and what happens where it can't be the document itself."""

from __future__ import annotations

import os
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pydantic import ValidationError

from ocr.errors import PdfAUnavailable
from ocr.params import OcrParams
from ocr.settings import OcrSettings
from ocr.task import OcrTask
from tests.support.capabilities import GHOSTSCRIPT
from tests.unit.ocr.conftest import WorkMaker
from tests.unit.ocr.searchable.pdf_text import assert_sound
from tests.unit.ocr.task_case import run_all, strip_spaces, write_pdf

TEXT = "The quick brown fox jumps over the lazy dog"


@pytest.mark.parametrize("pdf", [None, "pictures"])
def test_a_pdf_that_qpdf_can_not_open_becomes_pictures_with_a_warning(
    make_work: WorkMaker, pdf: str | None
) -> None:
    work = make_work(write_pdf(TEXT), dpi=100, outputs=["pdf"], regions=False)
    task = OcrTask(OcrSettings)
    (part,) = task.plan(work).parts
    assert "pdf" not in part
    result = task.join(work, [task.run(work, part | ({"pdf": pdf} if pdf else {}))])
    path = work.outputs / "searchable.pdf"
    assert_sound(path)
    with pypdfium2.PdfDocument(path) as document:
        assert strip_spaces(document[0].get_textpage().get_text_range()) == strip_spaces(TEXT)
    assert [each["slug"] for each in result["warnings"]] == (["pdf-of-pictures"] if pdf else [])
    assert ("page-0001.jpg" in work.published) == bool(pdf)


def test_a_document_that_can_not_be_written_again_costs_the_pdf_alone(make_work: WorkMaker) -> None:
    work = make_work(write_pdf(TEXT), dpi=72, text_layer="prefer", regions=False)
    task = OcrTask(OcrSettings)
    parts = [task.run(work, part) for part in task.plan(work).parts]
    work.input.write_bytes(b"%PDF-1.4\nnothing")
    result = task.join(work, parts)
    assert [each["slug"] for each in result["warnings"]] == ["pdf-left-out"]
    assert {"text.txt", "result.md", "result.json"} <= set(work.published)
    assert "searchable.pdf" not in work.published


def test_pdf_a_is_made_in_the_child(make_work: WorkMaker) -> None:
    GHOSTSCRIPT.require("HEAVYLIFT_PDF_A")
    work = make_work(write_pdf(TEXT), dpi=100, outputs=["pdf"], regions=False, pdf_a=True)
    assert run_all(work)["warnings"] == []
    with pikepdf.open(work.outputs / "searchable.pdf") as document:
        assert document.open_metadata().pdfa_status == "2B"
    assert list(work.published) == ["page-0001.json", "searchable.pdf"]


def test_a_document_that_ghostscript_can_not_write_stays_a_plain_pdf(
    make_work: WorkMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "gs"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    work = make_work(write_pdf(TEXT), text_layer="prefer", outputs=["pdf"], regions=False, pdf_a=True)
    assert [each["slug"] for each in run_all(work)["warnings"]] == ["not-pdf-a"]
    assert_sound(work.outputs / "searchable.pdf")


def test_pdf_a_without_ghostscript_names_the_package(
    make_work: WorkMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(PdfAUnavailable, match="apt-get install ghostscript"):
        OcrTask(OcrSettings).plan(make_work(write_pdf(TEXT), pdf_a=True))


def test_pdf_a_needs_the_output_pdf() -> None:
    with pytest.raises(ValidationError, match="needs the output `pdf`"):
        OcrParams(pdf_a=True, outputs=["text"])
