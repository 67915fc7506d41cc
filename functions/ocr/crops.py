"""The picture of a line, cut out of the page, and its words laid back on the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np

from ocr.line_reader import Image, Span
from ocr.lines import Corners, Word

MIN_TALL_RATIO = 1.5
"""Minimum ratio of height to width of a line that runs down the page."""

Quad = np.ndarray[Any, Any]
"""The corners of a box, clockwise from the top left: shape (4, 2), x before y."""


def cut_line(image: Image, quad: Quad) -> Image:
    """Return the picture of a line. One that runs down the page is turned to the left."""
    width, height = _measure(quad)
    ends = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    crop = cv2.warpPerspective(
        image,
        cv2.getPerspectiveTransform(np.asarray(quad, np.float32), ends),
        (max(1, width), max(1, height)),
        borderMode=cv2.BORDER_REPLICATE,
        flags=cv2.INTER_CUBIC,
    )
    return np.ascontiguousarray(np.rot90(crop)) if is_tall(quad) else np.asarray(crop)


def is_tall(quad: Quad) -> bool:
    """Whether the line runs down the page."""
    width, height = _measure(quad)
    return height >= MIN_TALL_RATIO * max(1, width)


def lay_words(quad: Quad, spans: Iterable[Span], *, turned: bool) -> tuple[Word, ...]:
    """Return the words of a line's picture on the page. `turned`: the line was read upside down."""
    return tuple(Word(span.text, span.confidence, _lay(quad, *_turn(span, turned=turned))) for span in spans)


def to_corners(quad: Iterable[Quad]) -> Corners:
    return tuple((round(float(x)), round(float(y))) for x, y in quad)


def _turn(span: Span, *, turned: bool) -> tuple[float, float]:
    return (1 - span.end, 1 - span.start) if turned else (span.start, span.end)


def _lay(quad: Quad, start: float, end: float) -> Corners:
    """Return the piece of the box between two shares of its length."""
    a, b, c, d = np.asarray(quad, np.float64)
    if is_tall(quad):
        return to_corners([a + start * (d - a), b + start * (c - b), b + end * (c - b), a + end * (d - a)])
    return to_corners([a + start * (b - a), a + end * (b - a), d + end * (c - d), d + start * (c - d)])


def _measure(quad: Quad) -> tuple[int, int]:
    """Return the length of the longer of the two sides across, and down."""
    a, b, c, d = np.asarray(quad, np.float64)
    return (
        int(max(np.linalg.norm(a - b), np.linalg.norm(c - d))),
        int(max(np.linalg.norm(a - d), np.linalg.norm(b - c))),
    )
