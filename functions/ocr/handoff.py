"""The messages and files between the ocr worker and its child. Every child's are in sandbox/protocol.py.

The request is a `Request`. The events are `{"probe": {"pages": "1-3,7"}}` and `{"page": PageEvent}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from heavylift import JobContext
    from ocr.task import OcrParams

PDF = "application/pdf"
ACCEPTS = (PDF, "image/png", "image/jpeg", "image/webp", "image/tiff", "image/heic")


class Request(TypedDict):
    do: str
    """`probe` or `read`."""
    input: str
    password: str | None
    pages: Any
    """For `probe`: the client's page ranges, or None. For `read`: [page, engine] pairs."""
    dpi: int
    engine: str
    """For `probe` of a PDF, and for what is not drawn: the engine that opens it (documents/engines.py)."""
    text_layer: str
    max_pages: int
    max_megapixels: float


class PageEvent(TypedDict):
    """A decoded page. `pixels_file(page)` has its pixels: RGB bytes, row after row."""

    page: int
    width: int
    height: int
    dpi: int
    notes: list[str]
    """The slugs of the page's warnings (ocr/warnings.py, documents/warnings.py)."""
    has_text: bool
    """Whether `text_file(page)` has the own text, as JSON: `[[text, [left, top, right, bottom]], …]`."""


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
        max_pages=int(limits["max_pages"]),
        max_megapixels=limits["max_megapixels"],
    )


def pixels_file(page: int) -> Path:
    return Path(f"page-{page}.rgb")


def text_file(page: int) -> Path:
    return Path(f"page-{page}.text.json")
