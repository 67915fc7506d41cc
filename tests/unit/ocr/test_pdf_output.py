"""The searchable PDF of the whole task, and what happens where it can't be the document itself."""

from __future__ import annotations

import pypdfium2
import pytest

from ocr.errors import PdfAUnavailable
from ocr.settings import OcrSettings
from ocr.task import OcrTask
from tests.unit.ocr.conftest import WorkMaker
from tests.unit.ocr.searchable.pdf_text import assert_sound
from tests.unit.ocr.task_case import strip_spaces, write_pdf

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


def test_pdf_a_is_refused_because_nothing_here_can_check_it(make_work: WorkMaker) -> None:
    with pytest.raises(PdfAUnavailable):
        OcrTask(OcrSettings).plan(make_work(write_pdf(TEXT), pdf_a=True))
