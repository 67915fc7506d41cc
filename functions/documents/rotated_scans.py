"""Whether a page is a picture that lies on its side, as those of many scanners do.

PDFium draws an image that is to be turned by 90 degrees column by column, which takes longer than the rest
together. Drawn with the whole page turned, the images are upright, and not one pixel of them comes out
differently. Text would: its edges then fall on other parts of the pixels. So pages with text that can be seen
are drawn as they are.
"""

from __future__ import annotations

import pypdfium2
import pypdfium2.raw as pdfium_c

NOTHING = 1e-3
"""Points: what is left of a cosine that was meant to be 0."""


def lies_sideways(page: pypdfium2.PdfPage) -> bool:
    """Whether all that can be seen are images, each of which appears turned by 90 or 270 degrees."""
    if pdfium_c.FPDFPage_GetAnnotCount(page):
        return False
    page_is_turned = pdfium_c.FPDFPage_GetRotation(page) % 2 == 1
    images = 0
    for index in range(pdfium_c.FPDFPage_CountObjects(page)):
        item = pdfium_c.FPDFPage_GetObject(page, index)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE and _appears_sideways(item, page_is_turned=page_is_turned):
            images += 1
        elif kind != pdfium_c.FPDF_PAGEOBJ_TEXT or _can_be_seen(item):
            return False
    return images > 0


def _appears_sideways(image: pdfium_c.FPDF_PAGEOBJECT, *, page_is_turned: bool) -> bool:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(image, matrix)
    zeros = (matrix.b, matrix.c) if page_is_turned else (matrix.a, matrix.d)
    return all(abs(zero) < NOTHING for zero in zeros)


def _can_be_seen(text: pdfium_c.FPDF_PAGEOBJECT) -> bool:
    """Not if it is what a reader of scans found, laid with the picture to be searched."""
    return bool(pdfium_c.FPDFTextObj_GetTextRenderMode(text) != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
