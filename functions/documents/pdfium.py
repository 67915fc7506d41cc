"""The first engine: PDFium. Not thread-safe, so one child uses it alone."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium_c
from PIL import Image
from pypdfium2 import PdfiumError

from documents.admission import pixels
from documents.errors import Damaged, Encrypted, NoPages, PageDamaged, WrongPassword
from documents.raster import Raster
from documents.rotated_scans import lies_sideways
from documents.text_layer import TextLine, text_lines

RGB = pdfium_c.FPDFBitmap_BGR, pdfium_c.FPDF_REVERSE_BYTE_ORDER
RGBX = pdfium_c.FPDFBitmap_BGRx, pdfium_c.FPDF_REVERSE_BYTE_ORDER
GRAY = pdfium_c.FPDFBitmap_Gray, pdfium_c.FPDF_GRAYSCALE


@dataclass(frozen=True)
class Canvas:
    """What PDFium draws on: pixels of the kind, in rows of `stride` bytes, from `offset` on."""

    kind: tuple[int, int]
    width: int
    height: int
    data: bytearray
    offset: int
    stride: int


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
        try:
            if lies_sideways(loaded):
                raster.turn_back(self._turned(loaded, height, width, gray=gray))
            else:
                kind = GRAY if gray else RGB
                self._render(loaded, Canvas(kind, width, height, raster.data, raster.offset, raster.stride))
        finally:
            loaded.close()
        return raster

    def _turned(self, page: pypdfium2.PdfPage, width: int, height: int, *, gray: bool) -> Image.Image:
        """The page turned clockwise by 90 degrees."""
        mode, size, kind = ("L", 1, GRAY) if gray else ("RGBX", 4, RGBX)
        stride = width * size
        data = bytearray(b"\xff") * (stride * height)
        self._render(page, Canvas(kind, width, height, data, 0, stride), turns=1)
        return Image.frombuffer(mode, (width, height), data, "raw", mode, 0, 1)

    def _render(self, page: pypdfium2.PdfPage, canvas: Canvas, turns: int = 0) -> None:
        """Draws the page, turned clockwise by so many times 90 degrees."""
        start = ctypes.addressof(ctypes.c_char.from_buffer(canvas.data)) + canvas.offset
        size, (layout, flags) = (canvas.width, canvas.height), canvas.kind
        bitmap = pdfium_c.FPDFBitmap_CreateEx(*size, layout, ctypes.c_void_p(start), canvas.stride)
        if not bitmap:
            raise MemoryError
        try:
            args = (bitmap, page, 0, 0, *size, turns, flags | pdfium_c.FPDF_ANNOT)
            pdfium_c.FPDF_RenderPageBitmap(*args)
            if self._pdf.formenv:
                pdfium_c.FPDF_FFLDraw(self._pdf.formenv, *args)
        finally:
            pdfium_c.FPDFBitmap_Destroy(bitmap)

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
