"""Pages' JSON for the tests of the forms."""

from __future__ import annotations

from typing import Any

from tests.unit.ocr.searchable.pdf_text import make_line

Json = dict[str, Any]


def make_region(
    kind: str,
    *texts: str,
    top: int = 100,
    left: int = 100,
    high: int = 30,
    width: int | None = None,
    **more: Any,
) -> Json:
    """Return a region of level lines of `high` pixels: as wide as their texts, or as `width`."""
    lines = [
        make_line(text, left, at, left + (width or 10 * max(1, len(text))), at + high)
        for at, text in zip(range(top, 10_000, high + 10), texts, strict=False)
    ]
    boxes = [line["box"] for line in lines] or [[left, top, left + 300, top + 200]]
    box = [min(each[0] for each in boxes), boxes[0][1], max(each[2] for each in boxes), boxes[-1][3]]
    return {
        "class": kind,
        "confidence": 0.9,
        "box": box,
        "text": "\n".join(texts),
        "crop": None,
        "url": None,
        "lines": lines,
    } | more


def make_page(*regions: Json, page: int = 1) -> Json:
    numbered = [{"order": number, **region} for number, region in enumerate(regions, 1)]
    return {
        "page": page,
        "width": 1240,
        "height": 1754,
        "dpi": 150,
        "turned": 0,
        "source": "ocr",
        "regions": numbered,
    }


def make_cell(row: int, column: int, text: str, rows: int = 1, columns: int = 1) -> Json:
    box = [100 * column, 50 * row, 100 * (column + columns), 50 * (row + rows)]
    return {"row": row, "column": column, "rows": rows, "columns": columns, "box": box, "text": text}


TABLE: Json = {
    "rows": 3,
    "columns": 3,
    "sure": True,
    "cells": [
        make_cell(1, 1, "Region", rows=2),
        make_cell(1, 2, "Sales", columns=2),
        make_cell(2, 2, "old\nones"),
        make_cell(2, 3, "new|ones"),
        make_cell(3, 1, "North, cold"),
        make_cell(3, 2, "=1+1"),
        make_cell(3, 3, "<b>2</b>"),
    ],
}
HOSTILE = "<script>alert('1')</script> ]]> & \"q\" [a](javascript:alert(1)) ![x](http://e.vil/x) `rm` *b* _i_"


def make_document() -> list[Json]:
    """Return two pages with each kind of region."""
    first = make_page(
        make_region("header", "Yearly report"),
        make_region("title", "Fruit", high=60),
        make_region("text", "Apples and pears are the most impor-", "tant fruit of the region.", width=500),
        make_region("title", "How to keep them", high=40),
        make_region("text", "1. Wash them", "2. Dry them for at least", "three days", "3. Store them"),
        make_region("figure", crop="page-0001-region-06.png"),
        make_region("figure_caption", "Figure 1. A pear"),
    )
    second = make_page(
        make_region("table", "Region Sales", "North 1 2", table=TABLE),
        make_region("text", HOSTILE),
        make_region("text", "蘋果和梨是該地區", "最重要的水果。", width=400),
        make_region("equation"),
        page=2,
    )
    return [first, second]
