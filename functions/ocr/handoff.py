"""The messages and files between the ocr worker and its child. Every child's are in sandbox/protocol.py.

The request is a `Request`. The events are `{"probe": Probe}`, `{"page": PageEvent}`, and for each page of the
searchable PDF `{"laid": page, "notes": [slug, …]}`. While Ghostscript writes PDF/A: `{"archiving": true}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from heavylift import JobContext
    from ocr.params import OcrParams

PDF = "application/pdf"
ACCEPTS = (PDF, "image/png", "image/jpeg", "image/webp", "image/tiff", "image/heic")


class Request(TypedDict):
    do: str
    """`probe`, `read`, `lay` or `archive`. The input of `archive` is the searchable PDF."""
    input: str
    password: str | None
    pages: Any
    """For `probe`: the client's page ranges, or None. For `read`: [page, engine] pairs. For
    `lay`: page numbers; `page_file(page)` has each one's lines."""
    dpi: int
    engine: str
    """For `probe` of a PDF, and for what is not drawn: the engine that opens it (documents/engines.py)."""
    text_layer: str
    existing_text: str
    max_pages: int
    max_megapixels: float


class Probe(TypedDict):
    pages: str
    """The chosen pages, as ranges."""
    can_lay: bool
    """Whether text can be laid on the document's own pages. False for an image."""


class PageEvent(TypedDict):
    """A decoded page. `pixels_file(page)` has its pixels: RGB bytes, row after row."""

    page: int
    width: int
    height: int
    dpi: int
    notes: list[str]
    """The slugs of the page's warnings (ocr/warnings.py, documents/warnings.py)."""
    has_text: bool
    """Whether `text_file(page)` has the own text, as JSON: a list of `OwnLine` (documents/text_layer.py)."""


def make_request(
    job: JobContext[OcrParams], do: str, pages: Any, engine: str, limits: Mapping[str, float]
) -> Request:
    """Return the request for the job's input. `limits` are those of the task's spec."""
    params = job.params
    return Request(
        do=do,
        input=str(job.input.resolve()),
        password=params.password,
        pages=pages,
        dpi=params.dpi,
        engine=engine,
        text_layer=params.text_layer,
        existing_text=params.existing_text,
        max_pages=int(limits["max_pages"]),
        max_megapixels=limits["max_megapixels"],
    )


SEARCHABLE = Path("searchable.pdf")
"""The file that the child writes for `lay`."""
GHOSTSCRIPT = "gs"
"""The program that makes PDF/A."""
ARCHIVED = Path("archived.pdf")
"""The file that the child writes for `archive`."""


def page_file(page: int) -> Path:
    """The page as result.json has it. The worker writes it, the child reads it."""
    return Path(f"page-{page:04}.json")


def picture_file(page: int) -> Path:
    """The page's picture for the searchable PDF. The part publishes it, the join fetches it."""
    return Path(f"page-{page:04}.jpg")


def pixels_file(page: int) -> Path:
    return Path(f"page-{page}.rgb")


def text_file(page: int) -> Path:
    return Path(f"page-{page}.text.json")
