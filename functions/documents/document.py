"""Which engine opens the document, and which draws a page: what `auto` means."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from documents.engines import poppler_installed
from documents.errors import Damaged, NoPages, NotAPdf, PageDamaged
from documents.pdfium import PdfiumDocument
from documents.poppler import PopplerDocument
from documents.raster import Raster
from documents.text_layer import TextLine
from heavylift.errors import InvalidInput

HEADER_BYTES = 1024
T = TypeVar("T")


class Document(Protocol):
    """An open PDF. Pages count from 1; sizes are in points, as seen."""

    engine: str
    pages: int

    def size(self, page: int) -> tuple[float, float]:
        """Width and height; raises PageDamaged."""

    def draw(self, page: int, dpi: int, *, gray: bool) -> Raster:
        """The page on white, as large as `pixels` says; raises PageDamaged."""

    def text(self, page: int, size: tuple[int, int]) -> list[TextLine]:
        """The page's own text where the engine can tell where it stands; `size` is the drawn page's."""


class Source:
    """A PDF, opened by the engines that are asked for, when they are first asked for."""

    def __init__(self, path: Path, password: str | None) -> None:
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(HEADER_BYTES):
                raise NotAPdf
        self._path, self._password = path, password

    @cached_property
    def _pdfium(self) -> Document:
        return PdfiumDocument(self._path, self._password)

    @cached_property
    def _poppler(self) -> Document:
        return PopplerDocument(self._path, self._password)

    @cached_property
    def _either(self) -> Document:
        try:
            return self._pdfium
        except (Damaged, NoPages):
            if poppler_installed():
                with contextlib.suppress(InvalidInput):
                    return self._poppler
            raise

    def opened(self, engine: str) -> Document:
        """By `engine`: `pdfium`, `poppler`, or `auto`: PDFium, and poppler if that can't."""
        if engine == "pdfium":
            return self._pdfium
        return self._poppler if engine == "poppler" else self._either

    def on_page(self, engine: str, do: Callable[[Document], T]) -> T:
        """`do` with the engine's document; with `auto`, by poppler if PDFium finds the page damaged."""
        document = self.opened(engine)
        try:
            return do(document)
        except PageDamaged:
            if engine == "auto" and document.engine == "pdfium" and poppler_installed():
                with contextlib.suppress(InvalidInput):
                    return do(self._poppler)
            raise
