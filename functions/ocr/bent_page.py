"""A page whose lines are bent alike, as a book's: its lines as if it were flat, for their order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ocr.frames import MIN_RATIO
from ocr.strips import Points, Strip

SLOTS = 12
"""Parts of the page's width that have a slope each."""
MIN_LINES = 4
MIN_RISE = 0.4
"""Minimum rise or fall of a bent page's lines, in their heights."""
MAX_SLOPE = 0.35
"""Lines that are steeper are no lines of a book."""
MAX_SPREAD = 0.5
"""Maximum usual difference of slopes in a part of the page, as a share of the largest slope."""


def flatten(strips: Sequence[Strip], width: int) -> list[Strip]:
    """Return the strips of a level page, `width` wide, without the bend that they have in common, if any."""
    long = [strip for strip in strips if not strip.is_tall and strip.length >= MIN_RATIO * strip.height]
    if len(long) < MIN_LINES:
        return list(strips)
    slots = np.linspace(0, width, SLOTS + 1)
    slopes, spread = _measure_slopes(long, slots)
    rises = np.concatenate([[0.0], np.cumsum(slopes) * width / SLOTS])
    height = float(np.median([strip.height for strip in long]))
    steepest = float(np.abs(slopes).max())
    if np.ptp(rises) < MIN_RISE * height or steepest > MAX_SLOPE or spread > MAX_SPREAD * steepest:
        return list(strips)

    def level(points: Points) -> Points:
        shift = np.interp(points[..., 0], slots, rises)
        return np.stack([points[..., 0], points[..., 1] - shift], axis=-1)

    return [strip.move(level) for strip in strips]


def _measure_slopes(strips: Sequence[Strip], slots: Points) -> tuple[Points, float]:
    """Return the usual slope of the lines in each part of the page, and how much lines differ from it."""
    middles = [strip.edges.mean(axis=0) for strip in strips]
    steps = np.concatenate([np.diff(middle, axis=0) for middle in middles])
    starts = np.concatenate([middle[:-1, 0] for middle in middles])
    slopes = steps[:, 1] / np.maximum(steps[:, 0], 1)
    found = [slopes[(starts < right) & (starts + steps[:, 0] > left)] for left, right in pairwise(slots)]
    places = [slot for slot, some in enumerate(found) if len(some)]
    usual = [float(np.median(found[slot])) for slot in places]
    spreads = [np.abs(found[slot] - slope).mean() for slot, slope in zip(places, usual, strict=True)]
    return np.interp(np.arange(len(found)), places, usual), float(np.median(spreads))
