"""What the pages worker asks of its child, and is told, beside what every child says (sandbox/protocol.py).

{"probe": {"pages", "engine", "sizes": [[width, height, first, last], …]}}     sizes in points
{"page": {"page", "width", "height", "engine"}}       drawn, in the file `file_name(page, format)`
{"failed": {"page", "error"}}                         skipped
"""

from __future__ import annotations

from typing import Any, TypedDict


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


def file_name(page: int, image_format: str) -> str:
    """The file in the scratch folder that a page is drawn into."""
    return f"page-{page}.{image_format}"
