"""A page as PDF: its picture, with the invisible text on top, for search and copy."""

from __future__ import annotations

import io
import logging
import math
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import pypdfium2
from fpdf import FPDF
from fpdf.enums import TextMode

from ocr.invisible_font import ASCENT, DESCENT, EM, NAME, write_font
from ocr.lines import Line

POINTS_PER_INCH = 72


def write_page(lines: Sequence[Line], picture: bytes, size: tuple[int, int], dpi: int, path: Path) -> None:
    """Write the page. `picture` is a JPEG of `size` pixels, and the lines' boxes are in its pixels."""
    point = POINTS_PER_INCH / dpi
    width, height = (side * point for side in size)
    document = FPDF(unit="pt", format=(width, height))
    document.set_auto_page_break(auto=False)
    document.add_page()
    document.image(io.BytesIO(picture), 0, 0, width, height)
    texts = [_strip_unprintable(line.text) for line in lines]
    if any(texts):
        _set_font(document, set("".join(texts)), path.with_suffix(".ttf"))
        for line, text in zip(lines, texts, strict=True):
            if text:
                _place_text(document, text, [(x * point, y * point) for x, y in line.corners])
    document.output(str(path))


def merge_pdfs(pages: Iterable[Path], path: Path) -> None:
    """Merge the PDFs in this order. They must be trusted: this runs outside a child."""
    with pypdfium2.PdfDocument.new() as whole:
        for page in pages:
            with pypdfium2.PdfDocument(page) as part:
                whole.import_pages(part)
        whole.save(path)


def _set_font(document: FPDF, characters: set[str], path: Path) -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # fontTools logs every table that it drops
    write_font(characters | {" "}, path)
    document.add_font(NAME, fname=str(path))
    path.unlink()
    document.set_font(NAME, size=10)
    document.text_mode = TextMode.INVISIBLE


def _place_text(document: FPDF, text: str, corners: list[tuple[float, float]]) -> None:
    """Place the text, with the height, the length and the slant of its box."""
    (left, top), (right, right_top), _, (bottom_left, bottom) = corners
    long, high = math.dist((left, top), (right, right_top)), math.dist((left, top), (bottom_left, bottom))
    if min(long, high) <= 0:
        return
    document.set_font_size(high * EM / (ASCENT + DESCENT))
    document.set_stretching(100)
    document.set_stretching(100 * long / document.get_string_width(text))
    up = DESCENT / (ASCENT + DESCENT)
    x, y = bottom_left + up * (left - bottom_left), bottom + up * (top - bottom)
    angle = math.degrees(math.atan2(top - right_top, right - left))
    with document.rotation(angle, x, y):
        document.text(x, y, text)


def _strip_unprintable(text: str) -> str:
    """Return the text without the characters that a PDF's text can't have: controls and surrogates."""
    return "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cs", "Cn")).strip()
