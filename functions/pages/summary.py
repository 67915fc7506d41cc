"""The job's result, made from the results of its parts. A few kilobytes, however many pages there are."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from documents.page_ranges import shorten_ranges
from documents.warnings import list_warnings

MAX_SIZES = 24


def summarize(pages: list[dict[str, Any]], failed: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the number of `pages`, the `engine`, the `sizes` in pixels (most frequent first), and `failed`.

    `failed` groups the failed pages by error. An ellipsis ends a shortened list of pages; `count` is exact.
    Of more than MAX_SIZES sizes the rarest are left out, and `sizes_left_out` counts them. `engines` lists
    the pages that each engine drew. `warnings` says why poppler drew a page, and what a page lacks.
    """
    by_engine: dict[str, list[int]] = defaultdict(list)
    for page in pages:
        by_engine[page["engine"]].append(page["page"])
    by_size: dict[tuple[int, int], list[int]] = defaultdict(list)
    for page in pages:
        by_size[page["width"], page["height"]].append(page["page"])
    frequent_first = sorted(by_size.items(), key=lambda item: (-len(item[1]), item[1][0]))
    by_error: dict[str, list[int]] = defaultdict(list)
    for failure in failed:
        by_error[failure["error"]].append(failure["page"])
    return {
        "pages": len(pages),
        "engine": next(iter(by_engine)) if len(by_engine) == 1 else "mixed",
        "engines": [{"engine": engine, **_summarize_pages(group)} for engine, group in by_engine.items()],
        "sizes": [
            {"width": width, "height": height, **_summarize_pages(group)}
            for (width, height), group in frequent_first[:MAX_SIZES]
        ],
        "sizes_left_out": max(0, len(frequent_first) - MAX_SIZES),
        "failed": [{"error": error, **_summarize_pages(group)} for error, group in by_error.items()],
        "warnings": list_warnings((page["page"], note) for page in pages for note in page.get("notes", ())),
    }


def _summarize_pages(pages: list[int]) -> dict[str, Any]:
    return {"count": len(pages), "pages": shorten_ranges(pages)}
