"""The job's result from its parts' results: a few kilobytes for 17 pages and for 2000."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from heavylift.tasks.page_ranges import format_ranges

MAX_SIZES = 24
MAX_RANGES = 120
"""Characters of a list of pages."""


def summarize(pages: list[dict[str, Any]], failed: list[dict[str, Any]]) -> dict[str, Any]:
    """`pages` drawn, the `engine`, `sizes` in pixels (most usual first), and what `failed` by its error.

    Lists of pages are shortened with an ellipsis; `count` is always whole. Of more than MAX_SIZES sizes the
    rarest are left out, and `sizes_left_out` says how many.
    """
    engines = {page["engine"] for page in pages}
    by_size: dict[tuple[int, int], list[int]] = defaultdict(list)
    for page in pages:
        by_size[page["width"], page["height"]].append(page["page"])
    usual_first = sorted(by_size.items(), key=lambda item: (-len(item[1]), item[1][0]))
    by_error: dict[str, list[int]] = defaultdict(list)
    for failure in failed:
        by_error[failure["error"]].append(failure["page"])
    return {
        "pages": len(pages),
        "engine": engines.pop() if len(engines) == 1 else "mixed",
        "sizes": [
            {"width": width, "height": height, **_listed(group)}
            for (width, height), group in usual_first[:MAX_SIZES]
        ],
        "sizes_left_out": max(0, len(usual_first) - MAX_SIZES),
        "failed": [{"error": error, **_listed(group)} for error, group in by_error.items()],
    }


def _listed(pages: list[int]) -> dict[str, Any]:
    text = format_ranges(pages)
    if len(text) > MAX_RANGES:
        text = text[:MAX_RANGES].rpartition(",")[0] + ",…"
    return {"count": len(pages), "pages": text}
