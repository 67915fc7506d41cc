"""Draws a page with the engine that draws all of it, and notes which engine that is and why."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from documents.document import Document, Source
from documents.errors import PageDamaged
from documents.raster import Raster
from documents.warnings import (
    ANNOTATIONS_BY_POPPLER,
    ANNOTATIONS_NOT_DRAWN,
    BLANK_IN_PDFIUM,
    DAMAGED_FOR_PDFIUM,
    FAILED_IN_PDFIUM,
    OPENED_BY_POPPLER,
)
from heavylift.errors import InvalidInput


@dataclass(frozen=True)
class DrawnPage:
    raster: Raster
    engine: str
    notes: list[str]
    """The slugs of the page's warnings (warnings.py)."""


@dataclass(frozen=True)
class Drawing:
    """How the pages of a document are drawn."""

    source: Source
    dpi: int
    gray: bool
    check: Callable[[int, tuple[float, float]], None]
    """(page, size in points): raises InvalidInput for a page that is too large."""

    def draw(self, page: int, engine: str) -> DrawnPage:
        """Return the drawn page. Raises InvalidInput.

        With `auto`, poppler draws what PDFium finds damaged, leaves blank, or draws without an annotation.
        """
        document = self.source.open_with(engine)
        try:
            notes = document.list_notes(page)
            if ANNOTATIONS_NOT_DRAWN in notes and (drawn := self._try(engine, page, ANNOTATIONS_BY_POPPLER)):
                return drawn
            raster = self._draw(document, page)
        except PageDamaged:
            if drawn := self._try(engine, page, DAMAGED_FOR_PDFIUM):
                return drawn
            raise
        if raster.is_white():
            drawn = self._try(engine, page, BLANK_IN_PDFIUM)
            if drawn and not drawn.raster.is_white():
                return drawn
        if engine == "auto" and document.engine == "poppler":
            notes = [OPENED_BY_POPPLER, *notes]
        return DrawnPage(raster, document.engine, notes)

    def draw_instead(self, page: int) -> DrawnPage:
        """Return the page drawn by poppler, after PDFium has failed on it. Raises InvalidInput."""
        document = self.source.open_with("poppler")
        raster = self._draw(document, page)
        return DrawnPage(raster, document.engine, [FAILED_IN_PDFIUM, *document.list_notes(page)])

    def _draw(self, document: Document, page: int) -> Raster:
        # Each engine's own size: poppler may read another than PDFium.
        self.check(page, document.size(page))
        return document.draw(page, self.dpi, gray=self.gray)

    def _try(self, engine: str, page: int, reason: str) -> DrawnPage | None:
        # Opening poppler's document runs a program, so only a page that needs it does.
        if second := self.source.open_second(engine):
            with contextlib.suppress(InvalidInput):
                raster = self._draw(second, page)
                return DrawnPage(raster, second.engine, [reason, *second.list_notes(page)])
        return None
