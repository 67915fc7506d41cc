"""The pages of a PDF, drawn in the child, and their own text."""

from __future__ import annotations

from pathlib import Path

from PIL.Image import Image

from documents.admission import check_page, to_pixels
from documents.document import Document, Source
from documents.text_layer import TextLine

ENGINE = "auto"
MIN_CHARACTERS = 16
"""Minimum length of a page's text. A shorter one is a stamp or a page number on a picture."""
MAX_UNKNOWN = 0.1
"""Maximum share of characters without a meaning in Unicode in a useful text layer."""


class PdfPages:
    def __init__(self, path: Path, password: str | None, dpi: int, max_megapixels: float) -> None:
        self._source = Source(path, password)
        self._dpi, self._max_megapixels = dpi, max_megapixels
        self.count = self._source.open_with(ENGINE).pages

    def check(self, page: int) -> None:
        self._source.run_on_page(ENGINE, lambda document: self._check(document, page))

    def _check(self, document: Document, page: int) -> None:
        check_page(page, document.size(page), self._dpi, "png", self._max_megapixels)

    def decode(self, page: int) -> tuple[Image, int]:
        def draw(document: Document) -> Image:
            self._check(document, page)  # again: poppler may read another size than PDFium
            return document.draw(page, self._dpi, gray=False).to_image()

        return self._source.run_on_page(ENGINE, draw), self._dpi

    def read_text(self, page: int) -> list[TextLine]:
        def read(document: Document) -> list[TextLine]:
            return document.read_text(page, to_pixels(*document.size(page), self._dpi))

        lines = self._source.run_on_page(ENGINE, read)
        return lines if _is_useful("".join(text for text, _ in lines)) else []


def _is_useful(text: str) -> bool:
    characters = [character for character in text if not character.isspace()]
    # Fonts without a map to Unicode give controls, private use characters and U+FFFD.
    unknown = sum(not character.isprintable() or character == "\ufffd" for character in characters)
    return len(characters) >= MIN_CHARACTERS and unknown <= MAX_UNKNOWN * len(characters)
