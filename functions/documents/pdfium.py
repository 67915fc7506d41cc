"""The first engine: PDFium. PDFium is not thread-safe: each child uses its own."""

from __future__ import annotations

import contextlib
import ctypes
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium_c
from PIL import Image
from pypdfium2 import PdfiumError

from documents.admission import to_pixels
from documents.annotations import has_undrawn_annotations
from documents.errors import Damaged, Encrypted, NoPages, PageDamaged, WrongPassword
from documents.page_facts import USUAL, PageFacts, read_facts
from documents.raster import Raster
from documents.rotated_scans import is_rotated_scan
from documents.text_layer import OwnText, extract_text
from documents.warnings import ANNOTATIONS_NOT_DRAWN

RGB = pdfium_c.FPDFBitmap_BGR, pdfium_c.FPDF_REVERSE_BYTE_ORDER
RGBX = pdfium_c.FPDFBitmap_BGRx, pdfium_c.FPDF_REVERSE_BYTE_ORDER
GRAY = pdfium_c.FPDFBitmap_Gray, pdfium_c.FPDF_GRAYSCALE


@dataclass(frozen=True)
class Canvas:
    """The memory that PDFium draws on: pixels of `kind` in rows of `stride` bytes, starting at `offset`."""

    kind: tuple[int, int]
    width: int
    height: int
    data: bytearray
    offset: int
    stride: int


class PdfiumDocument:
    """A PDF that PDFium has opened (see `Document`)."""

    engine = "pdfium"

    def __init__(self, path: Path, password: str | None) -> None:
        """Raises Damaged, NoPages, Encrypted or WrongPassword."""
        self._path, self._password = path, password
        try:
            self._pdf = pypdfium2.PdfDocument(path, password=password)
        except PdfiumError as error:
            if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
                raise (WrongPassword if password else Encrypted) from None
            # PDFium opens a PDF without pages without an error; its Python binding then raises with the code
            # of success. The code is never that of an earlier document: a child opens only one.
            raise (NoPages if error.err_code == pdfium_c.FPDF_ERR_SUCCESS else Damaged) from None
        try:
            self._pdf.init_forms()  # without it, form fields are not drawn
        except PdfiumError:
            raise Damaged from None
        self.pages = len(self._pdf)

    @cached_property
    def _facts(self) -> Mapping[int, PageFacts]:
        """The unusual pages. Mends CropBoxes that leave nothing of the page: PDFium would show nothing."""
        facts = read_facts(self._path, self._password)
        for number, page in facts.items():
            if page.whole and number <= self.pages:
                with contextlib.suppress(PageDamaged):
                    loaded = self._load(number)
                    loaded.set_cropbox(*page.whole)
                    loaded.close()
        return facts

    def _load(self, page: int) -> pypdfium2.PdfPage:
        """Return the page, to be closed. Raises PageDamaged."""
        try:
            return self._pdf[page - 1]
        except PdfiumError:
            raise PageDamaged(f"Page {page} can't be read.") from None

    def size(self, page: int) -> tuple[float, float]:
        """Return the page's width and height. Raises PageDamaged."""
        unit = self._facts.get(page, USUAL).unit
        try:
            width, height = self._pdf.get_page_size(page - 1)
        except PdfiumError:
            raise PageDamaged(f"Page {page} can't be read.") from None
        if not (width > 0 and height > 0 and math.isfinite(width * height)):
            raise PageDamaged(f"Page {page} has no size.")
        return float(width) * unit, float(height) * unit

    def list_notes(self, page: int) -> list[str]:
        """Return the slugs of what the page's picture lacks or ignores (warnings.py). Raises PageDamaged."""
        notes = self._facts.get(page, USUAL).list_notes()
        loaded = self._load(page)
        try:
            return notes + ([ANNOTATIONS_NOT_DRAWN] if has_undrawn_annotations(loaded) else [])
        finally:
            loaded.close()

    def draw(self, page: int, dpi: int, *, gray: bool) -> Raster:
        """Return the page, stretched to whole pixels. Raises PageDamaged."""
        size = self.size(page)
        loaded = self._load(page)
        width, height = to_pixels(*size, dpi)
        raster = Raster(width, height, gray=gray)
        try:
            if is_rotated_scan(loaded):
                raster.fill_from_turned(self._draw_turned(loaded, height, width, gray=gray))
            else:
                kind = GRAY if gray else RGB
                self._render(loaded, Canvas(kind, width, height, raster.data, raster.offset, raster.stride))
        finally:
            loaded.close()
        return raster

    def _draw_turned(self, page: pypdfium2.PdfPage, width: int, height: int, *, gray: bool) -> Image.Image:
        """Return the page turned clockwise by 90 degrees. `width` and `height` are those of the result."""
        mode, size, kind = ("L", 1, GRAY) if gray else ("RGBX", 4, RGBX)
        stride = width * size
        data = bytearray(b"\xff") * (stride * height)
        self._render(page, Canvas(kind, width, height, data, 0, stride), turns=1)
        return Image.frombuffer(mode, (width, height), data, "raw", mode, 0, 1)

    def _render(self, page: pypdfium2.PdfPage, canvas: Canvas, turns: int = 0) -> None:
        """Draw the page, turned clockwise by `turns` times 90 degrees."""
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

    def read_text(self, page: int, size: tuple[int, int]) -> OwnText:
        """Return the page's lines. Raises PageDamaged."""
        loaded = self._load(page)
        try:
            return extract_text(loaded, size)
        except PdfiumError:
            raise PageDamaged(f"Page {page} can't be read.") from None
        finally:
            loaded.close()
