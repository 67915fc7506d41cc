"""Detects annotations that PDFium leaves out: those without an appearance, of some subtypes.

An annotation should bring a drawing, its appearance (/AP). Where it does not, readers draw one by the
subtype. PDFium does so for Square, Circle, Ink, Highlight and others, poppler also for those below.
"""

from __future__ import annotations

import pypdfium2
import pypdfium2.raw as pdfium_c

LEFT_OUT = {
    pdfium_c.FPDF_ANNOT_FREETEXT,
    pdfium_c.FPDF_ANNOT_LINE,
    pdfium_c.FPDF_ANNOT_POLYGON,
    pdfium_c.FPDF_ANNOT_POLYLINE,
    pdfium_c.FPDF_ANNOT_STAMP,
    pdfium_c.FPDF_ANNOT_FILEATTACHMENT,
}
"""Subtypes that poppler draws without an appearance. PDFium does not, and makes FreeText black on black."""
UNSEEN = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
MAX_ANNOTATIONS = 10_000
"""More than any page that people read. The rest is not looked at."""


def has_undrawn_annotations(page: pypdfium2.PdfPage) -> bool:
    """Whether PDFium leaves out an annotation that is meant to be seen. Ask before the page is drawn."""
    count = min(pdfium_c.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)
    return any(_is_left_out(page, index) for index in range(count))


def _is_left_out(page: pypdfium2.PdfPage, index: int) -> bool:
    annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
    if not annotation:
        return False
    try:
        return (
            pdfium_c.FPDFAnnot_GetSubtype(annotation) in LEFT_OUT
            and not pdfium_c.FPDFAnnot_GetFlags(annotation) & UNSEEN
            and not pdfium_c.FPDFAnnot_HasKey(annotation, b"AP")
        )
    finally:
        pdfium_c.FPDFPage_CloseAnnot(annotation)
