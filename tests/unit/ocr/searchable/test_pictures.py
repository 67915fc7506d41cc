"""The searchable PDF of an image: its pictures, with invisible text in the place of each word."""

from __future__ import annotations

import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest

from ocr.annotate import write_jpeg
from ocr.searchable.pictures import PicturePdf
from tests.support.capabilities import POPPLER
from tests.unit.ocr.searchable.pdf_text import assert_sound, find_words, make_line

SIZE, DPI = (800, 400), 144
WHITE = np.full((400, 800, 3), 255, np.uint8)


def count_columns(text: str) -> int:
    """Return the width of the text in Latin letters."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


TEXTS = ["Invoice No. 42", "張榮記粉麵廠有限公司", "naïve café, 20 €", "𠮷野家 ①", "中文 and English"]
LINES = [
    make_line(text, 40, 20 + 70 * number, 40 + 20 * count_columns(text), 60 + 70 * number, words=[])
    for number, text in enumerate(TEXTS)
]


def write_pdf(folder: Path, *pages: list[dict[str, Any]], picture: Any = WHITE) -> Path:
    path, file = folder / "whole.pdf", folder / "page.jpg"
    write_jpeg(picture, file)
    with PicturePdf(path) as whole:
        for lines in pages:
            whole.add_page(file, SIZE, DPI, lines)
    assert_sound(path)
    return path


def read_text(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_text_in_any_script_is_found_by_pdfium(tmp_path: Path) -> None:
    (text,) = read_text(write_pdf(tmp_path, LINES))
    assert text.split("\r\n") == TEXTS


@POPPLER.needed
def test_text_in_any_script_is_found_by_poppler(tmp_path: Path) -> None:
    path = write_pdf(tmp_path, LINES)
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert [each for each in text.splitlines() if each.strip("\f")] == TEXTS


def test_the_page_is_as_large_as_it_was_on_paper(tmp_path: Path) -> None:
    with pypdfium2.PdfDocument(write_pdf(tmp_path, LINES)) as document:
        assert document[0].get_size() == pytest.approx((400, 200))


@POPPLER.needed
def test_each_word_fills_its_box(tmp_path: Path) -> None:
    line = make_line("narrow W i d e", 40, 100, 440, 140)
    line["words"][0]["box"] = [40, 100, 90, 140]
    words = find_words(write_pdf(tmp_path, [line]))
    expected = [(word["text"], [each / 2 for each in word["box"]]) for word in line["words"]]
    assert [text for text, _ in words] == [text for text, _ in expected]
    for (_, box), (_, right) in zip(words, expected, strict=True):
        assert box == pytest.approx(right, abs=0.5)


def test_a_slanted_lines_text_is_slanted(tmp_path: Path) -> None:
    corners = [(100, 100), (500, 200), (490, 240), (90, 140)]
    line = {"text": "uphill", "box": [90, 100, 500, 240], "corners": corners, "words": []}
    with pypdfium2.PdfDocument(write_pdf(tmp_path, [line])) as document:
        textpage = document[0].get_textpage()
        boxes = [textpage.get_charbox(index) for index in range(6)]
    middles = [(200 - (box[1] + box[3]) / 2) for box in boxes]
    assert middles == sorted(middles)
    assert middles[-1] - middles[0] > 30


@POPPLER.needed
def test_a_line_that_runs_down_the_page_is_laid_down_the_page(tmp_path: Path) -> None:
    line = make_line("DOWN", 100, 50, 140, 250, words=[])
    ((text, box),) = find_words(write_pdf(tmp_path, [line]))
    assert text == "DOWN"
    assert box == pytest.approx((50, 25, 70, 125), abs=0.5)


def test_the_text_is_invisible(tmp_path: Path) -> None:
    grey = np.full((400, 800, 3), 200, np.uint8)
    cv2.rectangle(grey, (100, 100), (300, 300), (0, 0, 255), -1)
    drawn = []
    for lines in ([], LINES):
        with pypdfium2.PdfDocument(write_pdf(tmp_path, lines, picture=grey)) as document:
            drawn.append(document[0].render(scale=2).to_numpy())
    assert np.array_equal(*drawn)
    assert drawn[0][200, 200].tolist() == pytest.approx([0, 0, 255], abs=3)


def test_pages_keep_their_order_and_their_text(tmp_path: Path) -> None:
    pages = [[make_line(f"第 {number} 頁", 10, 10, 300, 60)] for number in range(3)]
    assert read_text(write_pdf(tmp_path, *pages)) == ["第 0 頁", "第 1 頁", "第 2 頁"]


@pytest.mark.parametrize("text", ["", " ", "\x00\x07", "\ud800", "\uffff"])
def test_text_that_a_pdf_can_not_hold_is_left_out(tmp_path: Path, text: str) -> None:
    lines = [make_line(text, 0, 0, 9, 9), make_line("kept", 0, 20, 90, 40)]
    assert read_text(write_pdf(tmp_path, lines)) == ["kept"]


@pytest.mark.parametrize("box", [(50, 50, 50, 90), (50, 50, 90, 50)])
def test_a_line_without_a_size_is_left_out(tmp_path: Path, box: tuple[int, int, int, int]) -> None:
    lines = [make_line("flat", *box), make_line("kept", 0, 20, 90, 40)]
    assert read_text(write_pdf(tmp_path, lines)) == ["kept"]


def test_a_file_that_was_not_finished_is_no_pdf(tmp_path: Path) -> None:
    with pytest.raises(KeyError), PicturePdf(tmp_path / "a.pdf"):
        raise KeyError
    assert b"%%EOF" not in (tmp_path / "a.pdf").read_bytes()
