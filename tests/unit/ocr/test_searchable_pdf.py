"""The searchable PDF: a picture, with invisible text in the place of each line."""

from __future__ import annotations

import subprocess
import unicodedata
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from ocr.annotate import encode_jpeg
from ocr.lines import Line
from ocr.searchable_pdf import merge_pdfs, write_page
from tests.support.capabilities import POPPLER

SIZE, DPI = (800, 400), 144
WHITE = np.full((400, 800, 3), 255, np.uint8)


def make_line(text: str, *corners: tuple[int, int]) -> Line:
    return Line(text, 0.9, corners)


def make_level_line(text: str, left: int, top: int, right: int, bottom: int) -> Line:
    return make_line(text, (left, top), (right, top), (right, bottom), (left, bottom))


def count_columns(text: str) -> int:
    """Return the width of the text in Latin letters."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


TEXTS = ["Invoice No. 42", "張榮記粉麵廠有限公司", "naïve café, 20 €", "𠮷野家 ①", "中文 and English"]
LINES = [
    make_level_line(text, 40, 20 + 70 * number, 40 + 20 * count_columns(text), 60 + 70 * number)
    for number, text in enumerate(TEXTS)
]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.pdf"
    write_page(LINES, encode_jpeg(WHITE), SIZE, DPI, path)
    return path


def test_text_in_any_script_is_found_by_pdfium(page: Path) -> None:
    with pypdfium2.PdfDocument(page) as document:
        text = document[0].get_textpage().get_text_range()
    assert text.split("\r\n") == TEXTS


@POPPLER.needed
def test_text_in_any_script_is_found_by_poppler(page: Path) -> None:
    text = subprocess.run(["pdftotext", str(page), "-"], capture_output=True, text=True, check=True).stdout
    assert [each for each in text.splitlines() if each.strip("\f")] == TEXTS


def test_the_page_is_as_large_as_it_was_on_paper(page: Path) -> None:
    with pypdfium2.PdfDocument(page) as document:
        assert document[0].get_size() == pytest.approx((400, 200))


def test_a_lines_text_fills_its_box(page: Path) -> None:
    with pypdfium2.PdfDocument(page) as document:
        textpage = document[0].get_textpage()
        found = textpage.search(TEXTS[1]).get_next()
        assert found
        left, bottom, right, top = textpage.get_rect(0) if textpage.count_rects(*found) else (0, 0, 0, 0)
    # 72 points to 144 pixels; a PDF counts from the bottom
    assert (left, right) == pytest.approx((20, 220), abs=3)
    assert (200 - top, 200 - bottom) == pytest.approx((45, 65), abs=3)


def test_a_slanted_lines_text_is_slanted(tmp_path: Path) -> None:
    corners = ((100, 100), (500, 200), (490, 240), (90, 140))
    write_page([make_line("uphill", *corners)], encode_jpeg(WHITE), SIZE, DPI, tmp_path / "a.pdf")
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        textpage = document[0].get_textpage()
        boxes = [textpage.get_charbox(index) for index in range(6)]
    middles = [(200 - (box[1] + box[3]) / 2) for box in boxes]
    assert middles == sorted(middles)
    assert middles[-1] - middles[0] > 30


def test_the_text_is_invisible(page: Path, tmp_path: Path) -> None:
    grey = np.full((400, 800, 3), 200, np.uint8)
    cv2.rectangle(grey, (100, 100), (300, 300), (0, 0, 255), -1)
    drawn = []
    for number, lines in enumerate(([], LINES)):
        path = tmp_path / f"{number}.pdf"
        write_page(lines, encode_jpeg(grey), SIZE, DPI, path)
        with pypdfium2.PdfDocument(path) as document:
            drawn.append(document[0].render(scale=2).to_numpy())
    assert np.array_equal(*drawn)


def test_merged_pages_keep_their_order_and_their_text(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.pdf" for number in range(3)]
    for number, path in enumerate(paths):
        write_page([make_level_line(f"第 {number} 頁", 10, 10, 300, 60)], encode_jpeg(WHITE), SIZE, DPI, path)
    merge_pdfs(paths, tmp_path / "whole.pdf")
    with pypdfium2.PdfDocument(tmp_path / "whole.pdf") as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    assert texts == ["第 0 頁", "第 1 頁", "第 2 頁"]


@pytest.mark.parametrize("text", ["", " ", "\x00\x07", "\ud800"])
def test_text_that_a_pdf_can_not_hold_is_left_out(tmp_path: Path, text: str) -> None:
    write_page(
        [make_level_line(text, 0, 0, 9, 9), make_level_line("kept", 0, 20, 90, 40)],
        encode_jpeg(WHITE),
        SIZE,
        DPI,
        tmp_path / "a.pdf",
    )
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        assert document[0].get_textpage().get_text_range() == "kept"
