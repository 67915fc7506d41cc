"""What the worker and its child say to each other: JSON, a line each.

The first line to the child is the request. The child's lines are events:

    {"probe": {"pages", "engine", "sizes": [[width, height, first, last], …]}}     sizes in points
    {"page": {"page", "width", "height", "engine"}}       drawn, in the file `file_name(page, format)`
    {"failed": {"page", "error"}}                         skipped
    {"error": slug, "detail": text, "log": text}          the end, by an error
    {"end": true}                                         the end

Further lines to the child are receipts: the worker has a page's file and deleted it. At most AHEAD pages are
drawn beyond the receipts, so that the disk holds a few pages and never the document.
"""

from __future__ import annotations

from typing import Any, TypedDict

AHEAD = 2
"""One page being drawn while the one before it is published."""

EXIT_MEMORY = 97
"""The child's exit code when memory is so short that it can't even send an event."""

Event = dict[str, Any]


class Request(TypedDict, total=False):
    do: str
    """`probe` or `render`."""
    pdf: str
    password: str | None
    skip: bool
    engine: str
    """Of a probe."""
    pages: Any
    """Of a probe: the ranges asked for, or None. Of a render: [page, engine] pairs."""
    max_pages: int
    max_megapixels: float
    dpi: int
    format: str
    grayscale: bool
    quality: int
    compression: str
    memory_mb: int
    cpu_seconds: int


def file_name(page: int, image_format: str) -> str:
    """The file in the scratch folder that a page is drawn into."""
    return f"page-{page}.{image_format}"
