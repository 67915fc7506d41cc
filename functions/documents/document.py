"""Chooses the engine that opens a document and draws a page. Defines the engine `auto`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from documents.engines import poppler_installed
from documents.errors import Damaged, Encrypted, NoPages, NotAPdf, PageDamaged, WrongPassword
from documents.pdfium import PdfiumDocument
from documents.poppler import PopplerDocument
from documents.raster import Raster
from documents.text_layer import OwnText
from heavylift.errors import InvalidInput
from heavylift.tasks.sniff import SNIFF_BYTES, is_pdf

T = TypeVar("T")
SECOND_SECONDS = 20
"""Time for poppler to draw a page that PDFium may have drawn well enough. A child has three times as much."""


class Document(Protocol):
    """An open PDF. Page numbers start at 1. Sizes are in points, after rotation."""

    engine: str
    pages: int

    def size(self, page: int) -> tuple[float, float]:
        """Return the page's width and height. Raises PageDamaged."""

    def draw(self, page: int, dpi: int, *, gray: bool) -> Raster:
        """Return the page on white, in the size that `to_pixels` gives. Raises PageDamaged."""

    def list_notes(self, page: int) -> list[str]:
        """Return the slugs of what the page's picture lacks or ignores (warnings.py). Raises PageDamaged."""

    def read_text(self, page: int, size: tuple[int, int]) -> OwnText:
        """Return the page's own text with its boxes. `size` is the drawn page's, in pixels.

        Raises PageDamaged. Empty if the engine has no positions.
        """


def _is_text(password: str) -> bool:
    """Whether the engines can be given the password."""
    try:
        return b"\0" not in password.encode()
    except UnicodeEncodeError:
        return False


class Source:
    """A PDF. Each engine opens it when first needed."""

    def __init__(self, path: Path, password: str | None) -> None:
        with path.open("rb") as file:
            if not is_pdf(file.read(SNIFF_BYTES)):
                raise NotAPdf
        if password and not _is_text(password):
            raise WrongPassword
        self._path, self._password = path, password

    @cached_property
    def _pdfium(self) -> Document:
        return PdfiumDocument(self._path, self._password)

    @cached_property
    def _poppler(self) -> PopplerDocument:
        return PopplerDocument(self._path, self._password)

    @cached_property
    def _either(self) -> Document:
        try:
            return self._pdfium
        except (Damaged, NoPages, Encrypted, WrongPassword):
            # PDFium also calls documents encrypted that open without a password.
            if poppler_installed():
                with contextlib.suppress(InvalidInput):
                    return self._poppler
            raise

    def open_with(self, engine: str) -> Document:
        """Return the document, opened by `pdfium`, `poppler` or `auto`: PDFium, or poppler if PDFium fails.

        Raises Damaged, NoPages, Encrypted, WrongPassword and EngineUnavailable.
        """
        if engine == "pdfium":
            return self._pdfium
        return self._poppler if engine == "poppler" else self._either

    def open_second(self, engine: str) -> Document | None:
        """Return poppler's document if `engine` is `auto`, and both PDFium and poppler open it."""
        if engine == "auto" and self._either.engine == "pdfium" and poppler_installed():
            with contextlib.suppress(InvalidInput):
                self._poppler.most_seconds = SECOND_SECONDS
                return self._poppler
        return None

    def run_on_page(self, engine: str, call: Callable[[Document], T]) -> T:
        """Return what `call` returns for the engine's document. Raises what `call` raises.

        With `auto`, poppler's document is tried if PDFium finds the page damaged.
        """
        try:
            return call(self.open_with(engine))
        except PageDamaged:
            if second := self.open_second(engine):
                with contextlib.suppress(InvalidInput):
                    return call(second)
            raise
