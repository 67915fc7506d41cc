"""What the child does with the input: tell its pages, and decode them. Loads the decoders.

The request is `{"do": "probe" | "read", "input", "password", "pages", "dpi", "text_layer", "max_pages",
"max_megapixels"}`; `pages` is what the client chose, or for `read` a list of numbers. The events are
`{"probe": {"pages": "1-3,7"}}` and `{"page": PageEvent}`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from PIL.Image import Image

from documents.admission import choose_pages
from documents.text_layer import TextLine
from heavylift.tasks.ocr import PDF, sniff
from heavylift.tasks.page_ranges import format_ranges
from heavylift.tasks.spec import SNIFF_BYTES
from ocr.errors import NotAnImage
from ocr.handoff import PageEvent, pixels_file, text_file
from sandbox.protocol import Event, Request


class Pages(Protocol):
    """An open input. Pages count from 1."""

    count: int

    def check(self, page: int) -> None:
        """Raises InvalidInput if the page can't be read or is too large."""

    def image(self, page: int) -> tuple[Image, int]:
        """The page as it is meant to be seen, in RGB on white, and its dots per inch."""

    def text(self, page: int) -> list[TextLine]:
        """The page's own text, if it has any worth having: lines and their boxes in pixels."""


def run_child(request: Request, credit: threading.Semaphore) -> Iterator[Event]:
    """The events that answer the request; raises TaskErrors."""
    pages = _opened(request)
    if request["do"] == "probe":
        chosen = choose_pages(request["pages"], pages.count, request["max_pages"])
        for page in chosen:
            pages.check(page)
        yield {"probe": {"pages": format_ranges(chosen)}}
        return
    for page in request["pages"]:
        credit.acquire()
        yield {"page": _decoded(pages, page, want_text=request["text_layer"] == "prefer")}


def _opened(request: Request) -> Pages:
    path = Path(request["input"])
    with path.open("rb") as file:
        kind = sniff(file.read(SNIFF_BYTES))
    if kind == PDF:
        from ocr.pdf import PdfPages  # noqa: PLC0415 - an image needs no PDF engine

        return PdfPages(path, request["password"], request["dpi"], request["max_megapixels"])
    if kind is None:
        raise NotAnImage
    from ocr.images import ImagePages  # noqa: PLC0415 - nor a PDF the decoders of images

    return ImagePages(path.open("rb"), request["dpi"], request["max_megapixels"], request["max_pages"])


def _decoded(pages: Pages, page: int, *, want_text: bool) -> PageEvent:
    image, dpi = pages.image(page)
    pixels_file(page).write_bytes(image.tobytes())
    lines = pages.text(page) if want_text else []
    if lines:
        text_file(page).write_text(json.dumps(lines))
    return PageEvent(page=page, width=image.width, height=image.height, dpi=dpi, has_text=bool(lines))
