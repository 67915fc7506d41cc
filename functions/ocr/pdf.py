"""The pages of a PDF, drawn in the child, and their own text."""

from __future__ import annotations

from pathlib import Path

from PIL.Image import Image

from documents.admission import check_page, to_pixels
from documents.document import Document, Source
from documents.drawing import Drawing
from documents.engines import INSTEAD
from documents.text_layer import OwnLine, OwnText
from ocr.handoff import Request
from ocr.searchable.lay import REDO, can_lay
from ocr.soundness import is_sound, is_useful

POPPLER = "poppler"


class PdfPages:
    def __init__(self, path: Path, request: Request) -> None:
        self._path, self._password, self._dpi = path, request["password"], request["dpi"]
        self._source, self._max_megapixels = Source(path, request["password"]), request["max_megapixels"]
        self._engine = POPPLER if request["engine"] == INSTEAD else request["engine"]
        self._drawing = Drawing(self._source, self._dpi, gray=False, check=self._check)
        self.count = self._source.open_with(self._engine).pages

    def check(self, page: int) -> None:
        self._source.run_on_page(self._engine, lambda document: self._check(page, document.size(page)))

    def _check(self, page: int, size: tuple[float, float]) -> None:
        check_page(page, size, self._dpi, "png", self._max_megapixels)

    def can_lay(self) -> bool:
        return can_lay(self._path, self._password, self.count)

    def decode(self, page: int, *, instead: bool = False) -> tuple[Image, int, list[str]]:
        draw = self._drawing
        drawn = draw.draw_instead(page) if instead else draw.draw(page, self._engine)
        return drawn.raster.to_image(), self._dpi, drawn.notes

    def read_text(self, page: int, request: Request) -> list[OwnLine]:
        def read(document: Document) -> tuple[OwnText, tuple[int, int]]:
            size = to_pixels(*document.size(page), self._dpi)
            return document.read_text(page, size), size

        own, size = self._source.run_on_page(self._engine, read)
        lines = [line for line in own.lines if not (line["hidden"] and request["existing_text"] == REDO)]
        own = own._replace(lines=lines)
        check = is_sound if request["text_layer"] == "auto" else is_useful
        return lines if check(own, size) else []
