"""The messages between the pages worker and its child, beside those of every child (sandbox/protocol.py).

The request is a `Request`. The events are:

{"probe": {"pages", "engine", "sizes": [[width, height, first, last], …]}}     sizes in points
{"page": {"page", "width", "height", "engine", "notes"}}    drawn into the file `file_name(page, format)`
{"failed": {"page", "error"}}                         skipped
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:  # the child imports this file and needs neither
    from heavylift import JobContext
    from pages.task import PdfToImagesParams


class Request(TypedDict, total=False):
    do: str
    """`probe` or `render`."""
    pdf: str
    password: str | None
    skip: bool
    """Whether a damaged page is skipped."""
    engine: str
    """For `probe`."""
    pages: Any
    """For `probe`: the client's page ranges, or None. For `render`: [page, engine] pairs."""
    max_pages: int
    max_megapixels: float
    dpi: int
    format: str
    grayscale: bool
    quality: int
    compression: str


def make_request(
    job: JobContext[PdfToImagesParams], do: str, pages: Any, limits: Mapping[str, float]
) -> Request:
    """Return the request for the job's document. `limits` are those of the task's spec."""
    params = job.params
    return Request(
        do=do,
        pdf=str(job.input.resolve()),
        password=params.password,
        skip=params.on_page_error == "skip",
        engine=params.engine,
        pages=pages,
        max_pages=int(limits["max_pages"]),
        max_megapixels=limits["max_megapixels"],
        dpi=params.dpi,
        format=params.format,
        grayscale=params.grayscale,
        quality=params.quality,
        compression=params.compression,
    )


def file_name(page: int, image_format: str) -> str:
    """Return the name of the page's file in the scratch folder."""
    return f"page-{page}.{image_format}"
