"""A region of a page: lines in rows, and the geometry of their boxes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from ocr.lines import Box, Line

MIN_ROW_OVERLAP = 0.5
"""Minimum vertical overlap of two lines in a row, as a share of the lesser height."""
MAX_STACKED = 0.5
"""Maximum overlap of two lines in a row from left to right, as a share of the shorter one."""
MAX_PARAGRAPH_GAP = 0.8
MAX_WORD_GAP = 2.0
"""Maximum gaps between lines of a group, in heights of a line: below each other, and side by side."""
MAX_COLUMN_WORD_GAP = 0.7
"""The latter where columns of prose stand side by side."""
MIN_COLUMN_LINES = 3
MAX_CELL_CHARACTERS = 20
"""Maximum usual length of the lines of a column of a table or listing. Those of a text are longer."""
PICTURES = ("figure", "table", "equation")

T = TypeVar("T")
Found = tuple[str, float, tuple[float, float, float, float]]
"""What the layout network finds: a class, its confidence, and its box (left, top, right, bottom)."""
Rows = tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Region:
    kind: str
    confidence: float | None
    """None if the region is a group of lines that the network did not find."""
    box: Box
    rows: Rows = ()
    """From top to bottom. Lines side by side form a row, from left to right."""

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for row in self.rows for line in row)

    @property
    def text(self) -> str:
        """The region's lines. Lines of one row share a line of text."""
        return "\n".join("  ".join(line.text for line in row) for row in self.rows)


def group_rows(lines: Iterable[Line]) -> Rows:
    """Return the rows from top to bottom. Lines side by side form a row, from left to right."""
    return tuple(tuple(row) for row in group_in_rows(lines, lambda line: line.box))


def group_in_rows(items: Iterable[T], find_box: Callable[[T], Box]) -> list[list[T]]:
    """Return the rows from top to bottom. Items side by side form a row, from left to right."""
    made: list[list[T]] = []
    for item in sorted(items, key=lambda item: find_box(item)[1] + find_box(item)[3]):
        box = find_box(item)
        if (
            made
            and are_in_one_row(find_box(made[-1][-1]), box)
            and not any(are_stacked(find_box(other), box) for other in made[-1])
        ):
            made[-1].append(item)
        else:
            made.append([item])
    return [sorted(row, key=lambda item: find_box(item)[0]) for row in made]


def group_lines(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the connected components of lines that are near each other, each within a column."""
    groups = []
    for group in _connect(lines, MAX_WORD_GAP):
        groups += _connect(group, MAX_COLUMN_WORD_GAP) if are_columns(group) else [group]
    return groups


def are_columns(lines: Iterable[Line]) -> bool:
    """Whether the lines are several columns of prose, whose lines stand side by side by chance."""
    rows = group_rows(lines)
    several = [row for row in rows if len(row) > 1]
    if len(several) < MIN_COLUMN_LINES or 3 * len(several) < len(rows):
        return False
    first, others = [row[0] for row in several], [line for row in several for line in row[1:]]
    return all(median(len(line.text) for line in some) > MAX_CELL_CHARACTERS for some in (first, others))


def _connect(lines: Sequence[Line], max_gap: float) -> list[list[Line]]:
    """Return the connected components. `max_gap` is between lines side by side, in heights of a line."""
    left = list(lines)
    made: list[list[Line]] = []
    while left:
        group = [left.pop(0)]
        for member in group:
            near = [line for line in left if _are_near(member.box, line.box, max_gap)]
            left = [line for line in left if line not in near]
            group.extend(near)
        made.append(group)
    return made


def _are_near(one: Box, other: Box, max_gap: float) -> bool:
    height, higher = sorted((one[3] - one[1], other[3] - other[1]))
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    if across <= 0:  # a heading is higher than the text below it, and is a group of its own
        return down <= MAX_PARAGRAPH_GAP * height * height / max(1, higher)
    return are_in_one_row(one, other) and across <= max_gap * height


def are_in_one_row(one: Box, other: Box) -> bool:
    common = min(one[3], other[3]) - max(one[1], other[1])
    return common >= MIN_ROW_OVERLAP * min(one[3] - one[1], other[3] - other[1])


def are_stacked(one: Box, other: Box) -> bool:
    """Whether one line stands below the other. The boxes of lines that are near each other overlap."""
    common = min(one[2], other[2]) - max(one[0], other[0])
    return common > MAX_STACKED * min(one[2] - one[0], other[2] - other[0])


def has_middle_in(box: Box, area: Sequence[float]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return area[0] <= x <= area[2] and area[1] <= y <= area[3]


def find_boxes(found: Iterable[Found], kind: str) -> list[Box]:
    """Return the boxes of one class, each once, cut off at the left and upper edge of the page."""
    boxes = [
        (max(0, round(left)), max(0, round(top)), round(right), round(bottom))
        for each, _, (left, top, right, bottom) in found
        if each == kind
    ]
    return list(dict.fromkeys(boxes))


def measure_overlap(inner: Box, outer: Box) -> float:
    """Return the share of `inner` that is within `outer`."""
    across = max(0, min(inner[2], outer[2]) - max(inner[0], outer[0]))
    down = max(0, min(inner[3], outer[3]) - max(inner[1], outer[1]))
    return across * down / measure_area(inner)


def measure_area(box: Box) -> int:
    return max(1, (box[2] - box[0]) * (box[3] - box[1]))


def enclose_all(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
