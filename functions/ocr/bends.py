"""Lines that are bent, as near the spine of a book: the curve of a shape, or none if it is straight. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from ocr.strips import Points

MAX_FILL = 0.85
"""A shape that fills more of the straight box around it bends less than MIN_BEND: it need not be measured."""
MIN_RATIO = 6.0
"""Minimum ratio of length to height of a bent line."""
MIN_BEND = 0.2
"""Minimum distance of a bent line from a straight one, as a share of its height."""
MAX_NOISE = 0.12
"""Maximum distance of the shape's middle from the curve, as a share of its height: a bent line is smooth."""
DEGREE = 3
PIECES = 16
"""Straight pieces of a bent strip."""

Rect = tuple[Sequence[float], Sequence[float], float]
"""A box as OpenCV gives it: center, sides, angle in degrees."""


def find_bend(shape: np.ndarray[Any, Any], around: Rect) -> Points | None:
    """Return the two edges (2, n, 2) of a bent shape, to the right or downwards. None if it is straight.

    `shape` is the outline, `around` the smallest box around it.
    """
    center, sides, angle = around
    long, short = max(sides), min(sides)
    if cv2.contourArea(shape) > MAX_FILL * long * short:
        return None
    middles, heights, places = _measure(
        shape, np.array(center), angle if sides[0] >= sides[1] else angle + 90, long
    )
    height = float(np.median(heights))
    if long < MIN_RATIO * height:
        return None
    curve = np.polynomial.Polynomial.fit(places, middles, DEGREE)
    line = np.polynomial.Polynomial.fit(places, middles, 1)
    at = np.linspace(-long / 2, long / 2, PIECES + 1)
    bend = np.abs(curve(at) - line(at)).max()
    noise = float(np.sqrt(np.mean((curve(places) - middles) ** 2)))
    if bend < MIN_BEND * height or noise > MAX_NOISE * height:
        return None
    turn = np.deg2rad(angle if sides[0] >= sides[1] else angle + 90)
    across = np.array([np.cos(turn), np.sin(turn)])
    down = np.array([-np.sin(turn), np.cos(turn)])
    ridge = np.array(center) + at[:, None] * across + curve(at)[:, None] * down
    edges = np.stack([ridge - down * height / 2, ridge + down * height / 2])
    if max(across, key=abs) < 0:
        edges = edges[::-1, ::-1]
    return np.asarray(edges, np.float32)


def _measure(
    shape: np.ndarray[Any, Any], center: Points, angle: float, long: float
) -> tuple[Points, Points, Points]:
    """Return the middles, the heights and the places of the shape's pieces, in the frame of its long side."""
    left, top, width, height = cv2.boundingRect(shape)
    filled = np.zeros((height, width), np.uint8)
    cv2.drawContours(filled, [shape - (left, top)], -1, 1, cv2.FILLED)
    down, across = np.nonzero(filled)
    turn = np.deg2rad(angle)
    x, y = across + left - center[0], down + top - center[1]
    along, off = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    step = long / (4 * PIECES)
    bins = ((along + long / 2) / step).astype(int).clip(0, 4 * PIECES - 1)
    counts = np.bincount(bins, minlength=4 * PIECES)
    sums = np.bincount(bins, off, minlength=4 * PIECES)
    used = counts > 0.5 * np.median(counts[counts > 0])
    places = (np.flatnonzero(used) + 0.5) * step - long / 2
    return sums[used] / counts[used], counts[used] / step, places
