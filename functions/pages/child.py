"""The child of the pages worker: probes the document and draws its pages. Loads the engines."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from documents.admission import check_page, choose_pages
from documents.document import Document, Source
from documents.drawing import Drawing
from documents.engines import INSTEAD
from documents.errors import PageDamaged, PageTooLarge
from pages.formats import save
from pages.handoff import Request, file_name
from sandbox.protocol import Event


def run_child(request: Request, credit: threading.Semaphore) -> Iterator[Event]:
    """Run the request and yield its events (handoff.py). Raises TaskErrors."""
    source = Source(Path(request["pdf"]), request["password"])
    return _probe(source, request) if request["do"] == "probe" else _render(source, request, credit)


def _probe(source: Source, request: Request) -> Iterator[Event]:
    engine = request["engine"]
    document = source.open_with(engine)
    sizes: list[list[float]] = []
    for page in choose_pages(request["pages"], document.pages, request["max_pages"]):
        try:
            width, height = source.run_on_page(engine, partial(_size, page=page))
        except PageDamaged:
            if not request["skip"]:
                raise
            width = height = 0.0
        if sizes and sizes[-1][:2] == [width, height] and sizes[-1][3] == page - 1:
            sizes[-1][3] = page
        else:
            sizes.append([width, height, page, page])
    yield {"probe": {"pages": document.pages, "engine": document.engine, "sizes": sizes}}


def _size(document: Document, page: int) -> tuple[float, float]:
    return document.size(page)


def _render(source: Source, request: Request, credit: threading.Semaphore) -> Iterator[Event]:
    def check(page: int, size: tuple[float, float]) -> None:
        check_page(page, size, request["dpi"], request["format"], request["max_megapixels"])

    drawing = Drawing(source, request["dpi"], gray=request["grayscale"], check=check)
    for page, engine in request["pages"]:
        credit.acquire()
        try:
            drawn = _draw(drawing, page, engine, request)
        except (PageDamaged, PageTooLarge) as error:
            if not request["skip"]:
                raise
            credit.release()
            yield {"failed": {"page": page, "error": error.slug}}
        else:
            yield {"page": drawn}


def _draw(drawing: Drawing, page: int, engine: str, request: Request) -> dict[str, Any]:
    """Draw and save one page. Return its event."""
    crashed = engine == INSTEAD
    drawn = drawing.draw_instead(page) if crashed else drawing.draw(page, engine)
    raster, image_format, small = drawn.raster, request["format"], request["compression"] == "small"
    path = Path(file_name(page, image_format))
    save(raster, path, request["dpi"], image_format, quality=request["quality"], small=small)
    notes = {"notes": drawn.notes} if drawn.notes else {}
    return {"page": page, "width": raster.width, "height": raster.height, "engine": drawn.engine, **notes}
