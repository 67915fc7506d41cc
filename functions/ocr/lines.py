"""A line of text on a page, and its words."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""
Corners = tuple[tuple[int, int], ...]
"""The corners of a box, which may be slanted: clockwise from the top left, x before y, in pixels."""


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


def enclose(corners: Corners) -> Box:
    """Return the upright box around the points."""
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
