"""The pages of a PDF, for the child: drawn, and their own text."""

from __future__ import annotations

from pathlib import Path

from PIL.Image import Image

from documents.admission import check_page, pixels
from documents.document import Document, Source
from documents.text_layer import TextLine

ENGINE = "auto"
MIN_CHARACTERS = 16
"""Fewer are a stamp or a page number on a picture, not the page's text."""
MAX_UNKNOWN = 0.1
"""Share of characters without a meaning in Unicode above which a text layer is of no use."""


class PdfPages:
    def __init__(self, path: Path, password: str | None, dpi: int, max_megapixels: float) -> None:
        self._source = Source(path, password)
        self._dpi, self._max_megapixels = dpi, max_megapixels
        self.count = self._source.opened(ENGINE).pages

    def check(self, page: int) -> None:
        self._source.on_page(ENGINE, lambda document: self._check(document, page))

    def _check(self, document: Document, page: int) -> None:
        check_page(page, document.size(page), self._dpi, "png", self._max_megapixels)

    def image(self, page: int) -> tuple[Image, int]:
        def drawn(document: Document) -> Image:
            self._check(document, page)  # again: poppler may see another size than PDFium
            return document.draw(page, self._dpi, gray=False).image()

        return self._source.on_page(ENGINE, drawn), self._dpi

    def text(self, page: int) -> list[TextLine]:
        def found(document: Document) -> list[TextLine]:
            return document.text(page, pixels(*document.size(page), self._dpi))

        lines = self._source.on_page(ENGINE, found)
        return lines if _is_worth_having("".join(text for text, _ in lines)) else []


def _is_worth_having(text: str) -> bool:
    characters = [character for character in text if not character.isspace()]
    # Of fonts without a way back to Unicode come controls, private use and U+FFFD.
    unknown = sum(not character.isprintable() or character == "\ufffd" for character in characters)
    return len(characters) >= MIN_CHARACTERS and unknown <= MAX_UNKNOWN * len(characters)
