from __future__ import annotations

import json
from typing import Any

from pages.summary import MAX_SIZES, summarize


def make_page(page: int, width: int = 100, engine: str = "pdfium") -> dict[str, Any]:
    return {"page": page, "width": width, "height": 100, "engine": engine, "name": f"page-{page:04}.png"}


def test_2000_pages_of_2000_sizes_are_a_few_kilobytes() -> None:
    result = summarize([make_page(page, width=page) for page in range(1, 2001)], [])
    assert len(json.dumps(result)) < 4000
    assert len(result["sizes"]) == MAX_SIZES
    assert result["sizes_left_out"] == 2000 - MAX_SIZES


def test_pages_that_alternate_in_size_are_counted_in_full_and_listed_in_short() -> None:
    result = summarize([make_page(page, width=100 + page % 2) for page in range(1, 2001)], [])
    assert [size["count"] for size in result["sizes"]] == [1000, 1000]
    assert result["sizes"][0]["pages"].endswith(",…")
    assert len(json.dumps(result)) < 1000


def test_the_most_usual_size_comes_first_and_engines_mix() -> None:
    result = summarize([make_page(1, 300), make_page(2), make_page(3, engine="poppler")], [])
    assert [size["width"] for size in result["sizes"]] == [100, 300]
    assert result["engine"] == "mixed"


def test_failures_are_grouped_by_their_error() -> None:
    failed = [{"page": page, "error": "a" if page < 4 else "b"} for page in (2, 3, 5)]
    assert summarize([make_page(1)], failed)["failed"] == [
        {"error": "a", "count": 2, "pages": "2-3"},
        {"error": "b", "count": 1, "pages": "5"},
    ]
