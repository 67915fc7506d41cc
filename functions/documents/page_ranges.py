"""Page ranges as people write them: `"1-3,7,12-"`.

A range is expanded only after the document's page count limits it, so `"1-999999999"` costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_TEXT = 1000
"""The longest accepted text, in characters."""
MAX_SHOWN = 120
"""Characters of a list of pages in a result."""

_ITEM = re.compile(r"([0-9]{1,9})(?:(-)([0-9]{1,9})?)?", re.ASCII)


def parse_ranges(text: str) -> tuple[tuple[int, int | None], ...]:
    """Return (first, last) pairs as written, 1-based and inclusive; a last of None means "to the end".

    Raises ValueError with a message for the client.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"at most {MAX_TEXT} characters")
    return tuple(_parse_item(item.strip()) for item in text.split(","))


def _parse_item(item: str) -> tuple[int, int | None]:
    match = _ITEM.fullmatch(item.replace(" ", ""))
    if not match:
        raise ValueError(f"{item!r} is not a page or a range of pages; write it like 1-3,7,12-")
    first = int(match[1])
    last = first if not match[2] else int(match[3]) if match[3] else None
    if first < 1:
        raise ValueError("pages are counted from 1")
    if last is not None and last < first:
        raise ValueError(f"the range {item!r} runs backwards")
    return first, last


def select_pages(text: str | None, count: int) -> list[int]:
    """Return the chosen pages of a document of `count` pages, ascending and unique. None chooses all.

    Raises IndexError whose `args[0]` is the first page that does not exist.
    """
    if text is None:
        return list(range(1, count + 1))
    chosen: set[int] = set()
    for first, last in parse_ranges(text):
        if (beyond := max(first, last or first)) > count:
            raise IndexError(max(first, count + 1) if last else beyond)
        chosen.update(range(first, (last or count) + 1))
    return sorted(chosen)


def parse_pages(text: str) -> list[int]:
    """Return the pages of a text that `format_ranges` made."""
    return [page for first, last in parse_ranges(text) for page in range(first, (last or first) + 1)]


def format_ranges(pages: Iterable[int]) -> str:
    """Return the shortest text that chooses exactly these pages: `[1, 2, 3, 7]` → `"1-3,7"`."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and runs[-1][1] == page - 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in runs)


def shorten_ranges(pages: Iterable[int]) -> str:
    """Return the pages as ranges. An ellipsis ends a list that would have more than MAX_SHOWN characters."""
    text = format_ranges(pages)
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN].rpartition(",")[0] + ",…"
