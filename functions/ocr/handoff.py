"""A page's pixels as they go from the child to the worker: a file of bare RGB bytes, row after row."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict


class PageEvent(TypedDict):
    """What the child tells of a page whose pixels lie in `pixels_file(page)`."""

    page: int
    width: int
    height: int
    dpi: int
    has_text: bool
    """Whether its own text lies in `text_file(page)`: JSON, `[[text, [left, top, right, bottom]], …]`."""


def pixels_file(page: int) -> Path:
    return Path(f"page-{page}.rgb")


def text_file(page: int) -> Path:
    return Path(f"page-{page}.text.json")
