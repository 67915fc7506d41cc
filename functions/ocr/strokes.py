"""Strokes of a drawing that were read as letters: the hatches of a chart's bars. They are left out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress

from ocr.lines import Box, Line
from ocr.recognize import Reading
from ocr.regions import Found, find_boxes, measure_overlap

MAX_LENGTH = 4
"""Strokes are read as a few letters. A longer text is kept, however badly it was read."""
MIN_CONFIDENCE = 0.8
"""Minimum confidence of a short label. Measured: 0.87 and more, but most strokes 0.78 and less."""
MAX_LETTER_WIDTH = 2.0
"""Maximum width of a letter, in heights of its line."""
MIN_REPEATED = 4
MAX_KINDS = 3
"""A text of so many letters, each of these kinds several times, is strokes too: XXXX."""
MIN_INSIDE = 0.9
"""Minimum share of a line within a figure."""


def drop_strokes(reading: Reading, found: Sequence[Found]) -> Reading:
    """Return the reading without the strokes in figures. `found` are the layout network's regions."""
    figures = find_boxes(found, "figure")
    kept = [
        not _may_be_strokes(line, place)
        or all(measure_overlap(place, figure) < MIN_INSIDE for figure in figures)
        for line, place in zip(reading.lines, reading.places, strict=True)
    ]
    lines, places = list(compress(reading.lines, kept)), list(compress(reading.places, kept))
    return replace(reading, lines=lines, places=places)


def _may_be_strokes(line: Line, place: Box) -> bool:
    """Whether a few letters were read badly or are too wide. Digits and Chinese signs are no strokes."""
    left, top, right, bottom = place
    letters = "".join(line.text.split())
    if not letters.isascii() or any(map(str.isdigit, letters)):
        return False
    kinds = len(set(letters))
    if letters.isalpha() and len(letters) >= MIN_REPEATED and kinds <= min(MAX_KINDS, len(letters) // 3):
        return True
    return len(letters) <= MAX_LENGTH and (
        (line.confidence is not None and line.confidence < MIN_CONFIDENCE)
        or right - left > MAX_LETTER_WIDTH * len(letters) * (bottom - top)
    )
