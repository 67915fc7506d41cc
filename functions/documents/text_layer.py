"""A PDF page's own text, by PDFium: its lines, and where on the drawn page they stand."""

from __future__ import annotations

import ctypes

import pypdfium2
import pypdfium2.raw as pdfium_c

TextLine = tuple[str, tuple[int, int, int, int]]
"""A line and its box on the drawn page: left, top, right, bottom, in pixels."""

HYPHEN = 0x02
"""What PDFium makes of a hyphen at a line's end, and of the line's end with it: the word goes on after it."""
MAX_CHARACTERS = 100_000
"""More are no page that anybody reads."""


def text_lines(page: pypdfium2.PdfPage, size: tuple[int, int]) -> list[TextLine]:
    """Lines in the order of the PDF, as PDFium breaks them; `size` is the drawn page's in pixels."""
    textpage = page.get_textpage()
    try:
        count = min(textpage.count_chars(), MAX_CHARACTERS)
        return [
            (text, _box(page, textpage, start, length, size))
            for start, length, text in _lines(textpage, count)
        ]
    finally:
        textpage.close()


def _lines(textpage: pypdfium2.PdfTextPage, count: int) -> list[tuple[int, int, str]]:
    """(first character, characters, text) of each line that has a box."""
    lines: list[tuple[int, int, str]] = []
    start, text = 0, ""
    for index in range(count + 1):
        code = pdfium_c.FPDFText_GetUnicode(textpage, index) if index < count else ord("\n")
        if code == HYPHEN:
            text += "-"
        elif code not in (0x0A, 0x0D):
            text += _character(code)
            continue
        length = index - start + (code == HYPHEN)
        if text.strip() and textpage.count_rects(start, length):
            lines.append((start, length, text.strip()))
        start, text = index + 1, ""
    return lines


def _character(code: int) -> str:
    """Controls and half characters mean nothing."""
    return chr(code) if 0x20 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF else ""


def _box(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, start: int, length: int, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    # PDFium's rectangles are those of its last count.
    rects = [textpage.get_rect(index) for index in range(textpage.count_rects(start, length))]
    points = [_pixel(page, x, y, size) for rect in rects for x, y in (rect[:2], rect[2:])]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _pixel(page: pypdfium2.PdfPage, x: float, y: float, size: tuple[int, int]) -> tuple[int, int]:
    """A point of the page → of its picture, the page's own rotation included."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return max(0, min(size[0], across.value)), max(0, min(size[1], down.value))
