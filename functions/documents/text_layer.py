"""A PDF page's own text, read by PDFium: its lines and their boxes on the drawn page."""

from __future__ import annotations

import ctypes

import pypdfium2
import pypdfium2.raw as pdfium_c

TextLine = tuple[str, tuple[int, int, int, int]]
"""A line's text and its box on the drawn page: left, top, right, bottom, in pixels."""

HYPHEN = 0x02
"""PDFium's code for a hyphen and the line break after it. The word continues on the next line."""
MAX_CHARACTERS = 100_000
"""More than any page that people read. The rest is dropped."""


def extract_lines(page: pypdfium2.PdfPage, size: tuple[int, int]) -> list[TextLine]:
    """Return the page's lines in the order of the PDF. `size` is the drawn page's, in pixels."""
    textpage = page.get_textpage()
    try:
        count = min(textpage.count_chars(), MAX_CHARACTERS)
        return [
            (text, _measure_box(page, textpage, start, length, size))
            for start, length, text in _split_lines(textpage, count)
        ]
    finally:
        textpage.close()


def _split_lines(textpage: pypdfium2.PdfTextPage, count: int) -> list[tuple[int, int, str]]:
    """Return the first character, the number of characters and the text of each line that has a box."""
    lines: list[tuple[int, int, str]] = []
    start, text = 0, ""
    for index in range(count + 1):
        code = pdfium_c.FPDFText_GetUnicode(textpage, index) if index < count else ord("\n")
        if code == HYPHEN:
            text += "-"
        elif code not in (0x0A, 0x0D):
            text += _decode(code)
            continue
        length = index - start + (code == HYPHEN)
        if text.strip() and textpage.count_rects(start, length):
            lines.append((start, length, text.strip()))
        start, text = index + 1, ""
    return lines


def _decode(code: int) -> str:
    """Return the character, or nothing for controls and surrogates."""
    return chr(code) if 0x20 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF else ""


def _measure_box(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, start: int, length: int, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    # PDFium keeps the rectangles of its latest count_rects() only.
    rects = [textpage.get_rect(index) for index in range(textpage.count_rects(start, length))]
    points = [_to_pixel(page, x, y, size) for rect in rects for x, y in (rect[:2], rect[2:])]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _to_pixel(page: pypdfium2.PdfPage, x: float, y: float, size: tuple[int, int]) -> tuple[int, int]:
    """Return the pixel of a point of the page, after the page's rotation."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return max(0, min(size[0], across.value)), max(0, min(size[1], down.value))
