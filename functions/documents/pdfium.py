"""The first engine: PDFium. Not thread-safe, so one child uses it alone."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium_c
from pypdfium2 import PdfiumError

from documents.admission import pixels
from documents.errors import Damaged, Encrypted, NoPages, PageDamaged, WrongPassword
from documents.raster import Raster
from documents.text_layer import TextLine, text_lines


class PdfiumDocument:
    """An open PDF. Pages count from 1; sizes are in points, as seen."""

    engine = "pdfium"

    def __init__(self, path: Path, password: str | None) -> None:
        """Raises Damaged, NoPages, Encrypted or WrongPassword."""
        try:
            self._pdf = pypdfium2.PdfDocument(path, password=password)
        except PdfiumError as error:
            if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
                raise (WrongPassword if password else Encrypted) from None
            # PDFium opens a PDF without pages, and its Python binding then finds no error to tell: the
            # child opens one document, so none from before can linger.
            raise (NoPages if error.err_code == pdfium_c.FPDF_ERR_SUCCESS else Damaged) from None
        try:
            self._pdf.init_forms()  # without it, form fields are not drawn
        except PdfiumError:
            raise Damaged from None
        self.pages = len(self._pdf)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height; raises PageDamaged."""
        try:
            width, height = self._pdf.get_page_size(page - 1)
        except PdfiumError:
            raise PageDamaged(f"Page {page} can't be read.") from None
        return float(width), float(height)

    def draw(self, page: int, dpi: int, *, gray: bool) -> Raster:
        """The page stretched to whole pixels; raises PageDamaged."""
        try:
            loaded = self._pdf[page - 1]
        except PdfiumError:
            raise PageDamaged(f"Page {page} can't be read.") from None
        width, height = pixels(*self.size(page), dpi)
        raster = Raster(width, height, gray=gray)
        start = ctypes.addressof(ctypes.c_char.from_buffer(raster.data)) + raster.offset
        kind, flags = pdfium_c.FPDFBitmap_BGR, pdfium_c.FPDF_REVERSE_BYTE_ORDER
        if gray:
            kind, flags = pdfium_c.FPDFBitmap_Gray, pdfium_c.FPDF_GRAYSCALE
        bitmap = pdfium_c.FPDFBitmap_CreateEx(width, height, kind, ctypes.c_void_p(start), raster.stride)
        if not bitmap:
            raise MemoryError
        try:
            args = (bitmap, loaded, 0, 0, width, height, 0, flags | pdfium_c.FPDF_ANNOT)
            pdfium_c.FPDF_RenderPageBitmap(*args)
            if self._pdf.formenv:
                pdfium_c.FPDF_FFLDraw(self._pdf.formenv, *args)
        finally:
            pdfium_c.FPDFBitmap_Destroy(bitmap)
            loaded.close()
        return raster

    def text(self, page: int, size: tuple[int, int]) -> list[TextLine]:
        """The page's lines; raises PageDamaged."""
        try:
            loaded = self._pdf[page - 1]
            try:
                return text_lines(loaded, size)
            finally:
                loaded.close()
        except PdfiumError:
            raise PageDamaged(f"Page {page} can't be read.") from None
