"""Detects a page that is a rotated image, as many scanners make them.

PDFium draws an image that is rotated by 90 degrees column by column, which takes longer than all other steps
together. If the whole page is drawn rotated, its images are upright, and their pixels are the same. Visible
text would change, because its edges fall on other parts of the pixels. So pages with visible text are drawn
as they are.
"""

from __future__ import annotations

import pypdfium2
import pypdfium2.raw as pdfium_c

ZERO_POINTS = 1e-3
"""Points. A smaller value is a zero with a rounding error."""


def is_rotated_scan(page: pypdfium2.PdfPage) -> bool:
    """Whether all visible objects are images that appear rotated by 90 or 270 degrees."""
    if pdfium_c.FPDFPage_GetAnnotCount(page):
        return False
    page_is_turned = pdfium_c.FPDFPage_GetRotation(page) % 2 == 1
    images = 0
    for index in range(pdfium_c.FPDFPage_CountObjects(page)):
        item = pdfium_c.FPDFPage_GetObject(page, index)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE and _is_rotated(item, page_is_turned=page_is_turned):
            images += 1
        elif kind != pdfium_c.FPDF_PAGEOBJ_TEXT or _is_visible(item):
            return False
    return images > 0


def _is_rotated(image: pdfium_c.FPDF_PAGEOBJECT, *, page_is_turned: bool) -> bool:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(image, matrix)
    zeros = (matrix.b, matrix.c) if page_is_turned else (matrix.a, matrix.d)
    return all(abs(zero) < ZERO_POINTS for zero in zeros)


def _is_visible(text: pdfium_c.FPDF_PAGEOBJECT) -> bool:
    """Whether the text is drawn. The text that OCR adds to a scan is not."""
    return bool(pdfium_c.FPDFTextObj_GetTextRenderMode(text) != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
