"""Damaged and unusual inputs at the whole task: a result with a warning, or a typed problem."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import numpy as np
import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image

from documents.errors import Damaged, PageOutOfRange, PageTooLarge
from heavylift.errors import InvalidInput
from ocr.errors import ImageDamaged, ImageTooLarge, NotAnImage
from ocr.task import OcrTask
from tests.support.capabilities import POPPLER
from tests.support.crashing_pdfium import install_crashing_pdfium
from tests.support.pictures import encode_image, make_picture, make_png_header
from tests.unit.ocr.conftest import WorkMaker
from tests.unit.ocr.task_case import ONLY_TEXT, run_all, strip_spaces, write_pdf
from tests.unit.ocr.test_images import TIFF


@pytest.mark.parametrize("size", [(1, 1), (3000, 9)])
def test_a_picture_without_text_is_a_page_without_lines(make_work: WorkMaker, size: tuple[int, int]) -> None:
    work = make_work(encode_image(Image.new("RGB", size, "white")))
    result = run_all(work)
    assert (result["lines"], result["without_text"], result["confidence"]) == (0, 1, None)
    assert {"result.json", "text.txt", "searchable.pdf"} <= set(work.published)


@pytest.mark.parametrize(
    ("content", "params", "error"),
    [
        (b"MZ nothing", {}, NotAnImage),
        (make_png_header(60_000, 60_000), {}, ImageTooLarge),
        (b"%PDF-1.7 and nothing else", {}, Damaged),
        (write_pdf("a"), {"pages": "2"}, PageOutOfRange),
        (TIFF, {"pages": "2"}, PageOutOfRange),
        (bytes(FPDF(format=(5000, 5000)).output()), {}, PageTooLarge),
    ],
)
def test_bad_input_is_refused_by_the_plan(
    make_work: WorkMaker, content: bytes, params: dict[str, str], error: type[InvalidInput]
) -> None:
    work = make_work(content, **params)
    with pytest.raises(error) as caught:
        OcrTask().plan(work)
    assert not caught.value.retryable


def test_a_truncated_picture_is_invalid_input(make_work: WorkMaker) -> None:
    content = encode_image(Image.effect_noise((300, 300), 50), "JPEG")
    with pytest.raises(ImageDamaged):
        run_all(make_work(content[: len(content) // 2]))


@POPPLER.needed
@pytest.mark.parametrize(("when", "pages"), [("open", "1-3"), ("page 2", "2")])
def test_poppler_draws_what_crashes_pdfium(
    make_work: WorkMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, when: str, pages: str
) -> None:
    install_crashing_pdfium(monkeypatch, tmp_path / "site", when)
    work = make_work(write_pdf("first", "second", "third"), dpi=100, **ONLY_TEXT)
    result = run_all(work, pages_per_part=3)
    assert strip_spaces((work.outputs / "text.txt").read_text()) == "firstsecondthird"
    (warning,) = result["warnings"]
    assert warning["slug"] == "page-failed-in-pdfium"
    assert f" {pages}: drawn by poppler" in warning["text"]


def test_an_image_that_crashes_its_decoder_is_damaged(
    make_work: WorkMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    code = """
        import os, signal, sys
        if "sandbox.forkserver" in sys.orig_argv:
            import ocr.images
            ocr.images.ImagePages.decode = lambda *args, **more: os.kill(os.getpid(), signal.SIGSEGV)
    """
    (tmp_path / "site" / "sitecustomize.py").write_text(dedent(code))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(ImageDamaged, match="Page 1 crashes"):
        run_all(make_work(TIFF))


def test_a_fax_is_read_in_its_size_on_paper_and_the_result_says_so(make_work: WorkMaker) -> None:
    page = make_picture("sent by fax today", size=(600, 120)).resize((600, 58)).convert("1")
    work = make_work(encode_image(page, "TIFF", dpi=(204, 98), compression="group3"), regions=False)
    result = run_all(work)
    assert strip_spaces((work.outputs / "text.txt").read_text()) == "sentbyfaxtoday"
    with pypdfium2.PdfDocument(work.outputs / "searchable.pdf") as document:
        assert document[0].get_size() == pytest.approx((600 / 204 * 72, 58 / 98 * 72), abs=0.5)
    assert result["warnings"] == [
        {
            "slug": "pixels-made-square",
            "text": "Page 1: stretched, because the image's pixels are not square.",
        }
    ]


def test_twelve_bits_in_sixteen_are_read(make_work: WorkMaker) -> None:
    gray = np.asarray(make_picture("Total 129.50 EUR", size=(400, 80)).convert("L")).astype(np.uint16)
    work = make_work(encode_image(Image.fromarray(gray * 16), "TIFF"), **ONLY_TEXT)
    result = run_all(work)
    assert strip_spaces((work.outputs / "text.txt").read_text()) == "Total129.50EUR"
    assert [warning["slug"] for warning in result["warnings"]] == ["range-stretched"]
