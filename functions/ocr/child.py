"""The child of the ocr worker: probes the input and decodes its pages. Loads the decoders."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from PIL.Image import Image

from documents.admission import choose_pages
from documents.engines import INSTEAD
from documents.page_ranges import format_ranges
from documents.text_layer import OwnLine
from heavylift.tasks.sniff import sniff_one_of
from heavylift.tasks.spec import SNIFF_BYTES
from ocr.errors import NotAnImage
from ocr.handoff import ACCEPTS, PDF, PageEvent, Probe, Request, pixels_file, text_file
from sandbox.protocol import Event


class Pages(Protocol):
    """An open input. Page numbers start at 1."""

    count: int

    def check(self, page: int) -> None:
        """Raise InvalidInput if the page can't be read or is too large."""

    def decode(self, page: int, *, instead: bool = False) -> tuple[Image, int, list[str]]:
        """Return the page upright, in RGB; its dots per inch; its notes. Raises InvalidInput."""

    def can_lay(self) -> bool:
        """Whether text can be laid on the input's own pages. False for an image."""

    def read_text(self, page: int, request: Request) -> list[OwnLine]:
        """Return the lines of the page's own text, or none if it is of no use."""


def run_child(request: Request, credit: threading.Semaphore) -> Iterator[Event]:
    """Run the request and yield its events (handoff.py). Raises TaskErrors."""
    if request["do"] == "lay":
        from ocr.searchable.lay import lay_pages  # noqa: PLC0415 - the other requests need no qpdf

        yield from lay_pages(request)
        return
    if request["do"] == "archive":
        from ocr.searchable.archive import archive  # noqa: PLC0415

        yield from archive(request)
        return
    pages = _open(request)
    if request["do"] == "probe":
        chosen = choose_pages(request["pages"], pages.count, request["max_pages"])
        for page in chosen:
            pages.check(page)
        yield {"probe": Probe(pages=format_ranges(chosen), can_lay=pages.can_lay())}
        return
    for page, engine in request["pages"]:
        credit.acquire()
        yield {"page": _decode(pages, page, engine, request)}


sniff = sniff_one_of(ACCEPTS)


def _open(request: Request) -> Pages:
    path = Path(request["input"])
    with path.open("rb") as file:
        media_type = sniff(file.read(SNIFF_BYTES))
    if media_type == PDF:
        from ocr.pdf import PdfPages  # noqa: PLC0415 - an image needs no PDF engine

        return PdfPages(path, request)
    if media_type is None:
        raise NotAnImage
    from ocr.images import ImagePages  # noqa: PLC0415 - nor a PDF the decoders of images

    return ImagePages(path.open("rb"), request["dpi"], request["max_megapixels"], request["max_pages"])


def _decode(pages: Pages, page: int, engine: str, request: Request) -> PageEvent:
    image, dpi, notes = pages.decode(page, instead=engine == INSTEAD)
    pixels_file(page).write_bytes(image.tobytes())
    wants_text = request["text_layer"] != "ignore" and engine != INSTEAD
    lines = pages.read_text(page, request) if wants_text else []
    if lines:
        text_file(page).write_text(json.dumps(lines))
    return PageEvent(
        page=page, width=image.width, height=image.height, dpi=dpi, notes=notes, has_text=bool(lines)
    )
