"""Tables that the layout network misses: areas with ruling lines, and rows of short texts in columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

import cv2
import numpy as np

from ocr.line_reader import Image
from ocr.lines import Box, Line
from ocr.regions import Found, group_rows, has_middle_in

TABLE = "table"
CERTAIN = 1.0
"""The confidence that makes an area win over those that the network finds in its place."""
SIDE = 1200
"""Ruling lines are looked for in a picture of this longer side."""
MIN_RULE = 0.03
"""Minimum length of a ruling line, as a share of the picture's longer side."""
MIN_RULES = 3
"""Minimum ruling lines across, and down: fewer are a box around a text."""
MIN_TEXTS = 4
MIN_ROWS = 3
MIN_COLUMNS = 3
MAX_CHARACTERS = 18
"""Maximum usual length of a cell in a table without rules. Columns of prose have longer lines."""
LONGEST = 32
"""Maximum length of any text of such a row."""
MAX_ROW_GAP = 2.5
"""Maximum distance of two rows of a table, in heights of a row."""
ALIGNED = 0.6
"""Minimum share of cells that begin, end or have their middle where others of their column do."""


def find_table_areas(image: Image, lines: Sequence[Line], found: Iterable[Found]) -> list[Found]:
    """Return the areas of tables beside those that the network has found."""
    regions = list(found)
    ruled = [area for area in _find_ruled(image) if _count_inside(lines, area) >= MIN_TEXTS]
    doubted = [
        _round(box)
        for kind, _, box in regions
        if kind == TABLE
        and _count_inside(lines, box) >= MIN_TEXTS
        and not any(_overlaps(box, area) for area in ruled)
    ]
    areas = [area for area in (*ruled, *doubted) if not _is_known(area, regions)]
    others = [line for line in lines if not any(has_middle_in(line.box, area) for area in ruled)]
    tables = [box for kind, _, box in regions if kind == TABLE]
    areas += [area for area in _find_columns(others) if not any(_overlaps(area, box) for box in tables)]
    return [
        (TABLE, CERTAIN, (float(left), float(top), float(right), float(bottom)))
        for left, top, right, bottom in areas
    ]


def _is_known(area: Box, regions: Iterable[Found]) -> bool:
    """Whether what the network is most certain of in this place is a table."""
    here = [(confidence, kind) for kind, confidence, box in regions if _overlaps(area, box)]
    return bool(here) and max(here)[1] == TABLE


def _find_ruled(image: Image) -> list[Box]:
    """Return the boxes of nets of ruling lines."""
    scale = min(1.0, SIDE / max(image.shape[:2]))
    gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    small = gray if scale == 1 else cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    length = max(10, round(MIN_RULE * max(small.shape)))
    # A slanted line is a staircase: thicker lines have steps that are long enough.
    thick = cv2.dilate(dark, np.ones((3, 3), np.uint8))
    across = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_or(across, down))
    boxes = []
    for label in range(1, count):
        left, top, width, height, _ = (int(each) for each in stats[label])
        net = labels[top : top + height, left : left + width] == label
        rules = (
            _count_rules(across[top : top + height, left : left + width] * net, axis=1),
            _count_rules(down[top : top + height, left : left + width] * net, axis=0),
        )
        if min(rules) >= MIN_RULES:
            corners = left, top, left + width, top + height
            boxes.append(_round([each / scale for each in corners]))
    return boxes


def _count_rules(pixels: Image, axis: int) -> int:
    """Return the number of lines that run along the axis, over a good part of the net."""
    profile = np.count_nonzero(pixels, axis=axis) > 0.25 * pixels.shape[axis]
    return int(np.count_nonzero(np.diff(profile.astype(np.int8), prepend=0) == 1))


def _find_columns(lines: Sequence[Line]) -> list[Box]:
    """Return the boxes of rows of short texts that stand in columns."""
    groups: list[list[Sequence[Line]]] = [[]]
    for row in group_rows(lines):
        if groups[-1] and not _continues(groups[-1][-1], row):
            groups.append([])
        if len(row) >= MIN_COLUMNS and _is_short(row):
            groups[-1].append(row)
        elif groups[-1]:
            groups.append([])
    return [_enclose(group) for group in groups if len(group) >= MIN_ROWS and _is_aligned(group)]


def _is_short(row: Iterable[Line]) -> bool:
    lengths = [len(line.text) for line in row]
    return median(lengths) <= MAX_CHARACTERS and max(lengths) <= LONGEST


def _continues(one: Sequence[Line], other: Sequence[Line]) -> bool:
    high = median(line.box[3] - line.box[1] for line in (*one, *other))
    return min(line.box[1] for line in other) - max(line.box[3] for line in one) <= MAX_ROW_GAP * high


def _is_aligned(rows: Sequence[Sequence[Line]]) -> bool:
    """Whether most cells have an edge or their middle where a cell of another row has it."""
    high = median(line.box[3] - line.box[1] for row in rows for line in row)
    aligned = total = 0
    for index, row in enumerate(rows):
        others = [line.box for number, other in enumerate(rows) if number != index for line in other]
        total += len(row)
        aligned += sum(any(_share_edge(line.box, other, high / 2) for other in others) for line in row)
    return aligned >= ALIGNED * total


def _share_edge(one: Box, other: Box, near: float) -> bool:
    edges = one[0] - other[0], one[2] - other[2], (one[0] + one[2] - other[0] - other[2]) / 2
    return min(abs(each) for each in edges) <= near


def _enclose(rows: Iterable[Iterable[Line]]) -> Box:
    boxes = [line.box for row in rows for line in row]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _round(box: Sequence[float]) -> Box:
    left, top, right, bottom = (round(each) for each in box)
    return left, top, right, bottom


def _count_inside(lines: Iterable[Line], area: Sequence[float]) -> int:
    return sum(has_middle_in(line.box, area) for line in lines)


def _overlaps(one: Sequence[float], other: Sequence[float]) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0 and down > 0
