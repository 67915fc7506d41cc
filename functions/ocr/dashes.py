"""Dashes that stand alone in the rows of a table: cells without a value. No line is found there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median

import cv2
import numpy as np

from ocr.line_reader import Image
from ocr.lines import Box, Line, Word
from ocr.page_layout import to_corners
from ocr.recognize import Reading
from ocr.regions import Found, find_boxes, group_rows, measure_overlap
from ocr.strips import make_strip

TABLE = "table"
DARK = 128
"""A row whose usual gray is darker is white on black."""
MIN_INSIDE = 0.5
"""Minimum share of a line within a table."""
MAX_COMMON = 0.3
"""Maximum common share of a dash's box and another line's, of the smaller one. The boxes of rows overlap."""
MIN_CELLS = 2
"""Minimum lines of a row that may have dashes."""
WIDTHS = (0.15, 1.5)
MAX_HEIGHT = 0.2
MIN_SHAPE = 2.0
"""Limits of a dash: its width and height in heights of its row, and the ratio of both."""
MIDDLES = (0.35, 0.75)
"""Limits of the middle of a dash from the top of its row, in heights of the row."""
MIN_FILLED = 0.75
"""Minimum share of ink in the box of a dash. The share is its confidence, too."""
LONG = 0.55
"""Minimum width of a long dash, in heights of its row."""
SPACE = 0.6
"""How far from any other ink a dash stands, to its left and right, in heights of its row."""
MARGIN = 0.35
"""A dash's box is wider than the dash by this on each side, in heights of its row."""


def add_dashes(reading: Reading, found: Iterable[Found]) -> Reading:
    """Return the reading with the dashes that stand alone in its tables. `found` are regions in the frame."""
    tables = find_boxes(found, TABLE)
    if not tables:
        return reading
    view = reading.frame.view(reading.image)
    lines, places = list(reading.lines), list(reading.places)
    for place, text, confidence in _find_dashes(view, reading.places, tables):
        strip = make_strip(np.array(to_corners(place), np.float32)).move(reading.frame.lay_back)
        word = Word(text, confidence, strip.corners)
        lines.append(Line(text, confidence, strip.corners, (word,)))
        places.append(place)
    return replace(reading, lines=lines, places=places)


def _find_dashes(
    view: Image, places: Sequence[Box], tables: Iterable[Box]
) -> Iterator[tuple[Box, str, float]]:
    """Yield the box of each dash, the dash, and its confidence."""
    known = list(places)
    for table in tables:
        inside = [place for place in places if measure_overlap(place, table) >= MIN_INSIDE]
        rows = group_rows(Line("", None, to_corners(place)) for place in inside)
        for row in rows:
            boxes = [line.box for line in row]
            top, bottom = (round(median(box[side] for box in boxes)) for side in (1, 3))
            if len(boxes) < MIN_CELLS or bottom <= top:
                continue
            high = bottom - top
            for left, right, filled in _find_bars(view[top:bottom, table[0] : table[2]]):
                start, end = table[0] + left, table[0] + right
                place = round(start - MARGIN * high), top, round(end + MARGIN * high), bottom
                if _is_in_column(place, inside) and not any(_are_same(place, other) for other in known):
                    known.append(place)
                    yield place, "\u2013" if end - start >= LONG * high else "-", filled


def _find_bars(row: Image) -> Iterator[tuple[int, int, float]]:
    """Yield the left and right end of each lone bar in the picture of a row, and its share of ink."""
    gray = cv2.cvtColor(row, cv2.COLOR_BGR2GRAY)
    if np.median(gray) < DARK:
        gray = cv2.bitwise_not(gray)
    _, ink = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    high = ink.shape[0]
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    # A rule, or a piece of the row above or below, reaches the edge.
    pieces = [each for each in stats[1:].tolist() if each[1] > 0 and each[1] + each[3] < high]
    for left, top, width, height, area in pieces:
        space = SPACE * high
        if (
            WIDTHS[0] * high <= width <= WIDTHS[1] * high
            and height <= MAX_HEIGHT * high
            and width >= MIN_SHAPE * height
            and MIDDLES[0] * high <= top + height / 2 <= MIDDLES[1] * high
            and area >= MIN_FILLED * width * height
            and sum(each[0] < left + width + space and each[0] + each[2] > left - space for each in pieces)
            == 1
        ):
            yield left, left + width, area / (width * height)


def _is_in_column(place: Box, others: Iterable[Box]) -> bool:
    """Whether another row has text above or below."""
    middle = (place[0] + place[2]) / 2
    return any(other[0] <= middle <= other[2] for other in others)


def _are_same(one: Box, other: Box) -> bool:
    """Whether the boxes overlap by more than those of two rows do."""
    return max(measure_overlap(one, other), measure_overlap(other, one)) > MAX_COMMON
