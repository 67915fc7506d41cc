"""Boxes on a page → reading order: columns from left to right, each from top to bottom. Pure."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from ocr.lines import Box

OVERLAP_NOISE = 0.1
"""Overlap that is noise of the network, as a share of a box's shorter side."""
MAX_BAND_GAP = 3.0
"""Maximum gap between two bands of the same columns, in heights of a line."""
MAX_AHEAD = 30
"""How many bands of one column are looked through for the start of another column."""
MAX_LINE_HEIGHT = 1.5
"""Maximum height of a label of one line, in heights of a line."""
MAX_ROW_HEIGHT = 3.5
"""Maximum height of an item of a row, in heights of a line: a field of a form is a label and its value."""

T = TypeVar("T")


def sort_in_reading_order(items: Sequence[T], box: Callable[[T], Box], line_height: float) -> list[T]:
    """Sort by a recursive X-Y cut. An item across several columns separates those above from those below."""
    if len(items) < 2:
        return list(items)
    blocks = _group_bands(_split_at_gaps(items, box, 1), box, line_height)
    parts = blocks if len(blocks) > 1 else _split_at_gaps(items, box, 0)
    if len(parts) == 1:  # the items overlap: there is no gap to cut at
        return sorted(items, key=lambda item: (box(item)[1], *box(item)))
    return [item for part in parts for item in sort_in_reading_order(part, box, line_height)]


def _group_bands(bands: Sequence[list[T]], box: Callable[[T], Box], line_height: float) -> list[list[T]]:
    """Return the bands, with those that have columns in common as one: the gap across may be a coincidence.

    It is none if it is large, or if nothing stands side by side: a letter's date stands right of the address
    below it, but is no column.
    """
    blocks: list[list[T]] = []
    start = 0
    while start < len(bands):
        end = _find_end(bands, start, box, line_height)
        if not any(_has_columns(band, box, line_height) for band in bands[start:end]):
            end = start + 1
        blocks.append([item for band in bands[start:end] for item in band])
        start = end
    return blocks


def _find_end(bands: Sequence[list[T]], start: int, box: Callable[[T], Box], line_height: float) -> int:
    """Return the number of the band after those that have columns in common with the band at `start`.

    The first ones may be in one column, where the other one starts lower.
    """
    end, low = start + 1, max(box(item)[3] for item in bands[start])
    run = sorted(map(box, bands[start]))
    for number, band in enumerate(bands[start + 1 :], start + 1):
        if min(box(item)[1] for item in band) - low > MAX_BAND_GAP * line_height:
            break
        low = max(low, *(box(item)[3] for item in band))
        _insert(run, map(box, band))
        if _are_columns(run):
            end = number + 1
        elif end > start + 1 or number - start >= MAX_AHEAD:
            break
    return _end_at_row(bands, start, end, box, line_height)


def _end_at_row(
    bands: Sequence[list[T]], start: int, end: int, box: Callable[[T], Box], line_height: float
) -> int:
    """Return `end`, or where a row of labels stands that are no headings of the columns below it."""
    below: list[T] = []
    run: list[Box] = []
    ends = end
    for number in range(end - 1, start - 1, -1):
        band = bands[number]
        if len(band) > 1 and _are_columns(run) and not _are_headings(band, below, box, line_height):
            ends = max(number, start + 1)
        below += band
        _insert(run, map(box, band))
    return ends


def _insert(run: list[Box], boxes: Iterable[Box]) -> None:
    for each in boxes:
        insort(run, each)


def _are_columns(run: Iterable[Box]) -> bool:
    """Whether the boxes, from left to right, have a gap between them."""
    return any(islice(_find_starts(run, 0), 1, None))


def _are_headings(band: Sequence[T], below: Sequence[T], box: Callable[[T], Box], line_height: float) -> bool:
    """Whether each item of a row begins where one of the columns below does, or has its middle there.

    A newspaper's date and price are no headings, though columns are below them. True for what is no row.
    """
    lines = [item for item in band if box(item)[3] - box(item)[1] <= MAX_LINE_HEIGHT * line_height]
    if len(lines) < len(band) or not _is_row(band, box, line_height):
        return True
    return all(any(_are_in_line(box(item), box(under), line_height) for under in below) for item in band)


def _are_in_line(one: Box, other: Box, line_height: float) -> bool:
    shifts = abs(one[0] - other[0]), abs(one[0] + one[2] - other[0] - other[2])
    return min(shifts) <= line_height


def _has_columns(band: Sequence[T], box: Callable[[T], Box], line_height: float) -> bool:
    return len(_split_at_gaps(band, box, 0)) > 1 and not _is_row(band, box, line_height)


def _is_row(items: Sequence[T], box: Callable[[T], Box], line_height: float) -> bool:
    """Whether the items are low and on one level: a row of labels or fields, and no columns."""
    tops = [box(item)[1] for item in items]
    return max(tops) - min(tops) < line_height and all(
        box(item)[3] - box(item)[1] <= MAX_ROW_HEIGHT * line_height for item in items
    )


def _split_at_gaps(items: Sequence[T], box: Callable[[T], Box], axis: int) -> list[list[T]]:
    """Split the items at the gaps from left to right (axis 0) or from top to bottom (axis 1)."""
    parts: list[list[T]] = []
    ordered = sorted(items, key=lambda item: (box(item)[axis], *box(item)))
    for item, is_start in zip(ordered, _find_starts(map(box, ordered), axis), strict=True):
        if is_start:
            parts.append([])
        parts[-1].append(item)
    return parts


def _find_starts(boxes: Iterable[Box], axis: int) -> Iterator[bool]:
    """Yield for each of the boxes, which are in their order along the axis, whether a gap is before it."""
    end = -math.inf
    for left, top, right, bottom in boxes:
        first, last = (left, right) if axis == 0 else (top, bottom)
        noise = OVERLAP_NOISE * min(right - left, bottom - top)
        yield first + noise >= end
        end = max(end, last - noise)
