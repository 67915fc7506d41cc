"""What may be wrong with a page that was read: its slugs for `result.warnings` (warnings.py)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from ocr.warnings import LOW_CONFIDENCE, NOTHING_FOUND, UNREAD_SCRIPT

LONG = 3.0
"""Minimum ratio of width to height of a line that tells something."""
MIN_DENSITY = 0.6
"""Minimum number of letters and digits in a piece of a line that is as wide as high. Measured: Latin
letters 1.9 to 5, Chinese 0.86 and more, a script that the network lacks below 0.5."""
MIN_CONFIDENCE = 0.8

Read = tuple[str, float, float]
"""A line's text, its confidence, and the ratio of its width to its height."""


def find_doubts(lines: Sequence[Read]) -> list[str]:
    """Return the slugs of what may be wrong with a page of these lines; none for a sound page."""
    long = [line for line in lines if line[2] >= LONG]
    if long and median(_density(*line) for line in long) < MIN_DENSITY:
        return [UNREAD_SCRIPT]
    read = [line for line in lines if line[0].strip()]
    if not read:
        return [NOTHING_FOUND]
    weight = sum(ratio for _, _, ratio in read)
    confidence = sum(score * ratio for _, score, ratio in read) / weight if weight else 1.0
    return [LOW_CONFIDENCE] if confidence < MIN_CONFIDENCE else []


def _density(text: str, _confidence: float, ratio: float) -> float:
    return sum(character.isalnum() for character in text) / ratio
