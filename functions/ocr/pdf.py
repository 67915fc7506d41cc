"""The pages of a PDF, drawn in the child, and their own text."""

from __future__ import annotations

from PIL.Image import Image

from documents.admission import check_page, to_pixels
from documents.document import Document, Source
from documents.drawing import Drawing
from documents.engines import INSTEAD
from documents.text_layer import TextLine

POPPLER = "poppler"
MIN_CHARACTERS = 16
"""Minimum length of a page's text. A shorter one is a stamp or a page number on a picture."""
MAX_UNKNOWN = 0.1
"""Maximum share of characters without a meaning in Unicode in a useful text layer."""


class PdfPages:
    def __init__(self, source: Source, engine: str, dpi: int, max_megapixels: float) -> None:
        self._source, self._dpi, self._max_megapixels = source, dpi, max_megapixels
        self._engine = POPPLER if engine == INSTEAD else engine
        self._drawing = Drawing(source, dpi, gray=False, check=self._check)
        self.count = source.open_with(self._engine).pages

    def check(self, page: int) -> None:
        self._source.run_on_page(self._engine, lambda document: self._check(page, document.size(page)))

    def _check(self, page: int, size: tuple[float, float]) -> None:
        check_page(page, size, self._dpi, "png", self._max_megapixels)

    def decode(self, page: int, *, instead: bool = False) -> tuple[Image, int, list[str]]:
        draw = self._drawing
        drawn = draw.draw_instead(page) if instead else draw.draw(page, self._engine)
        return drawn.raster.to_image(), self._dpi, drawn.notes

    def read_text(self, page: int) -> list[TextLine]:
        def read(document: Document) -> list[TextLine]:
            return document.read_text(page, to_pixels(*document.size(page), self._dpi))

        lines = self._source.run_on_page(self._engine, read)
        return lines if _is_useful("".join(text for text, _ in lines)) else []


def _is_useful(text: str) -> bool:
    characters = [character for character in text if not character.isspace()]
    # Fonts without a map to Unicode give controls, private use characters and U+FFFD.
    unknown = sum(not character.isprintable() or character == "\ufffd" for character in characters)
    return len(characters) >= MIN_CHARACTERS and unknown <= MAX_UNKNOWN * len(characters)
