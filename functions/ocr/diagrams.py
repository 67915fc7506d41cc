"""The labels of a figure in reading order. The lines of one label follow each other. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from statistics import median

from ocr.columns import count_level
from ocr.lines import Box, Line, find_direction, is_slanted
from ocr.regions import Rows, enclose_all, group_in_rows

MAX_LABEL_LINES = 3
"""More lines below each other are a column of a table, which is read by rows."""
MAX_HEIGHT_RATIO = 1.3
MIN_PITCH = 0.4
MAX_PITCH = 1.1
"""Limits of the distance of two lines of a label, from middle to middle, in heights of the lower one."""
MAX_SHIFT = 0.5
"""Maximum distance of the middles of two lines of a label from left to right, in heights of the lower one."""
MIN_PART_GAP = 1.5
"""Minimum gap between two parts of a figure side by side, in heights of a line."""
MIN_PART_LABELS = 3
MAX_LEVEL_SHARE = 0.5
"""Maximum share of a part's lines that are level with a line of the part beside it. With more they are the
columns of a table."""


@dataclass(frozen=True)
class _Label:
    lines: tuple[Line, ...]

    @property
    def box(self) -> Box:
        return enclose_all(line.box for line in self.lines)


def order_labels(lines: Sequence[Line]) -> Rows:
    """Return the figure's lines in rows. A label of several lines has a row for each.

    Parts of the figure that stand side by side are read one after the other, from the left.
    """
    if not lines:
        return ()
    gap = MIN_PART_GAP * median(line.box[3] - line.box[1] for line in lines)
    parts = _split(_part_columns(list(_group_labels(lines))), gap)
    return tuple(row for part in parts for row in _list_rows(part))


def _group_labels(lines: Sequence[Line]) -> Iterator[_Label]:
    slanted = [line for line in lines if is_slanted(line.corners)]
    if slanted:  # those below a chart are one after the other along its axis
        yield _Label(tuple(sorted(slanted, key=_find_place_along)))
    level = (line for line in lines if not is_slanted(line.corners))
    left = sorted(level, key=lambda line: line.box[1] + line.box[3])
    while left:
        label = [left.pop(0)]
        while below := next((line for line in left if _continues(label[-1].box, line.box)), None):
            left.remove(below)
            label.append(below)
        if len(label) <= MAX_LABEL_LINES:
            yield _Label(tuple(label))
        else:
            yield from (_Label((line,)) for line in label)


def _part_columns(labels: list[_Label]) -> list[_Label]:
    """Return the labels, those as single lines that stand beside single lines: the names in a form."""
    singles = [line for label in labels if len(label.lines) == 1 for line in label.lines]
    parted = [
        label
        for label in labels
        if len(label.lines) > 1 and count_level(label.lines, singles) == len(label.lines)
    ]
    if not parted:
        return labels
    kept = [label for label in labels if label not in parted]
    return _part_columns([*kept, *(_Label((line,)) for label in parted for line in label.lines)])


def _find_place_along(line: Line) -> float:
    """Return how far to the right a slanted line is, measured across it."""
    across, down = find_direction(line.corners)
    left, top, right, bottom = line.box
    over, under = (-down, across) if down < 0 else (down, -across)
    return (over * (left + right) + under * (top + bottom)) / math.hypot(across, down)


def _continues(one: Box, other: Box) -> bool:
    """Whether the second line is below the first, near and centered: one in a form is flush left."""
    low, high = sorted((one[3] - one[1], other[3] - other[1]))
    pitch = (other[1] + other[3] - one[1] - one[3]) / 2
    shift = abs(one[0] + one[2] - other[0] - other[2]) / 2
    return (
        high <= MAX_HEIGHT_RATIO * low
        and MIN_PITCH * low <= pitch <= MAX_PITCH * low
        and shift <= MAX_SHIFT * low
    )


def _split(labels: Sequence[_Label], gap: float) -> list[list[_Label]]:
    """Return the parts of the figure from left to right, split at the widest gaps. A table is one part."""
    across = sorted(labels, key=lambda label: label.box[0])
    ends = list(accumulate((label.box[2] for label in across), max))
    cuts = [
        (across[at].box[0] - ends[at - 1], at)
        for at in range(MIN_PART_LABELS, len(across) - MIN_PART_LABELS + 1)
    ]
    for width, at in sorted(cuts, reverse=True):
        if width >= gap and not _are_columns(across[:at], across[at:]):
            return [*_split(across[:at], gap), *_split(across[at:], gap)]
    return [list(labels)]


def _are_columns(one: Iterable[_Label], other: Iterable[_Label]) -> bool:
    sides = [[line for label in part for line in label.lines] for part in (one, other)]
    few, many = sorted(sides, key=len)
    return count_level(few, many) > MAX_LEVEL_SHARE * len(few)


def _list_rows(labels: Iterable[_Label]) -> Iterator[tuple[Line, ...]]:
    """Yield the lines of labels that stand in a row together, and those of a higher label one by one."""
    for row in group_in_rows(labels, lambda label: label.box):
        for single, some in groupby(row, key=lambda label: len(label.lines) == 1):
            found = [line for label in some for line in label.lines]
            yield from [tuple(found)] if single else [(line,) for line in found]
