"""Where a page of a PDF has pictures."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium_c

MAX_OBJECTS = 10_000
"""More than any page that people read has of pictures. The rest is not looked at."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""


def list_pictures(page: pypdfium2.PdfPage) -> list[Box]:
    """Return the boxes of the page's pictures, and those of its forms that have pictures."""
    count = min(pdfium_c.FPDFPage_CountObjects(page), MAX_OBJECTS)
    items = (pdfium_c.FPDFPage_GetObject(page, index) for index in range(count))
    return [box for item in items if _has_picture(item) for box in _read_bounds(item)]


def _has_picture(item: pdfium_c.FPDF_PAGEOBJECT) -> bool:
    kind = pdfium_c.FPDFPageObj_GetType(item)
    if kind != pdfium_c.FPDF_PAGEOBJ_FORM:
        return bool(kind == pdfium_c.FPDF_PAGEOBJ_IMAGE)
    count = min(pdfium_c.FPDFFormObj_CountObjects(item), MAX_OBJECTS)
    inner = (pdfium_c.FPDFFormObj_GetObject(item, index) for index in range(count))
    return any(pdfium_c.FPDFPageObj_GetType(each) == pdfium_c.FPDF_PAGEOBJ_IMAGE for each in inner)


def _read_bounds(item: pdfium_c.FPDF_PAGEOBJECT) -> Iterator[Box]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if pdfium_c.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        yield left.value, bottom.value, right.value, top.value
