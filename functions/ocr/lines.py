"""A line of text on a page, and its words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""
Corners = tuple[tuple[int, int], ...]
"""The corners of a box, which may be slanted: clockwise from the top left, x before y, in pixels."""
MIN_SLOPE = 0.3
"""A slanted line goes down, or up, by more of its way across, and across by more of its way down."""
MIN_LENGTH = 2.0
"""Its length is more than its height by this factor: a letter alone may have any shape."""


@dataclass(frozen=True)
class Word:
    """A piece of a line without white space. A line of Chinese or Japanese is usually one word."""

    text: str
    confidence: float | None
    """0 to 1, or None for a PDF's own text."""
    corners: Corners

    @property
    def box(self) -> Box:
        return enclose(self.corners)


@dataclass(frozen=True)
class Line:
    text: str
    confidence: float | None
    """0 to 1, or None for a PDF's own text."""
    corners: Corners
    words: tuple[Word, ...] = ()
    """In the order of the text: joined by single spaces they are the text. Empty if they are not known."""
    doubtful: bool = False
    """Whether two networks read it differently (table_check.py)."""

    @property
    def box(self) -> Box:
        return enclose(self.corners)


def is_slanted(corners: Corners) -> bool:
    """Whether the line runs up or down across the page, as the labels below a chart do."""
    across, down = find_direction(corners)
    height, length = sorted(math.dist(*pair) for pair in pairwise(corners[:3]))
    return (
        min(abs(across), abs(down)) > MIN_SLOPE * max(abs(across), abs(down))
        and length >= MIN_LENGTH * height
    )


def find_direction(corners: Corners) -> tuple[int, int]:
    """Return the longer side of the line's box: how far to the right it goes, 0 or more, and how far down."""
    (x, y), (end_x, end_y) = max(pairwise(corners[:3]), key=lambda pair: math.dist(*pair))
    return max((end_x - x, end_y - y), (x - end_x, y - end_y))


def enclose(corners: Corners) -> Box:
    """Return the upright box around the points."""
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
