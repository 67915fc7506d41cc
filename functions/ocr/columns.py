"""Regions that are read row by row: columns of a table or listing, a list's signs and items. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import permutations
from statistics import median

from ocr.lines import Box, Line
from ocr.regions import MAX_CELL_CHARACTERS, Region, are_in_one_row, enclose_all, group_rows

MIN_JOINED_LINES = 6
"""Minimum lines of a column of a table or listing that the network did not find as a table."""
MIN_JOINED_SHARE = 0.8
"""Minimum share of the shorter column's lines that stand in one row with a line of the column beside it."""
MIN_COMMON_SHARE = 0.5
"""The same of the longer column, unless it has rows of several lines already."""
MAX_SHIFT = 0.3
"""Maximum distance of the middles of two lines in one row, as a share of the lower one's height."""
MAX_HEIGHT_RATIO = 1.5
"""Maximum ratio of the heights of two lines in one row of a table."""
MAX_FIELD_CHARACTERS = 40
"""Maximum length of a label or a value of a form."""
MAX_SIGN_GAP = 4.0
"""Maximum gap between a list's sign and its item, in heights of the item."""

Pair = Callable[[Region, Region], bool]


def join_columns(regions: Sequence[Region]) -> list[Region]:
    """Return the regions, with columns whose lines stand in common rows as one."""
    return join_pairs(regions, _share_rows)


def join_fields(regions: Sequence[Region]) -> list[Region]:
    """Return the regions, with fields of a form, labels over values, that stand in a row as one."""
    return join_pairs(regions, _are_fields)


def attach_signs(regions: Sequence[Region]) -> list[Region]:
    """Return the regions, with the sign of a list's item, such as a bullet, in the item's."""
    return join_pairs(regions, _is_sign_of)


def join_pairs(regions: Sequence[Region], belong: Pair) -> list[Region]:
    """Return the regions, each pair that belongs together as one of the second's kind."""
    made = list(regions)
    while pair := next((pair for pair in permutations(made, 2) if belong(*pair)), None):
        one, other = pair
        rows = group_rows([*one.lines, *other.lines])
        joined = replace(other, box=enclose_all([one.box, other.box]), rows=rows)
        made = [joined, *(region for region in made if region is not one and region is not other)]
    return made


def _share_rows(one: Region, other: Region) -> bool:
    """Whether the first is a column of the same rows as the second, which has at least as many lines."""
    if "figure" in {one.kind, other.kind} or not 2 <= len(one.lines) <= len(other.lines):
        return False
    if len(other.lines) < MIN_JOINED_LINES or not _are_side_by_side(one.box, other.box):
        return False
    has_rows = 2 * sum(len(row) > 1 for row in other.rows) >= len(other.rows)
    columns = [region for region in (one, other) if has_rows or len(region.lines) >= MIN_JOINED_LINES]
    if min(_measure_length(column) for column in columns) > MAX_CELL_CHARACTERS:
        return False
    if has_rows and _measure_length(one) > 2 * MAX_CELL_CHARACTERS:  # a text beside a table
        return False
    return count_level(one.lines, other.lines) >= MIN_JOINED_SHARE * len(one.lines) and (
        has_rows or count_level(other.lines, one.lines) >= MIN_COMMON_SHARE * len(other.lines)
    )


def _are_fields(one: Region, other: Region) -> bool:
    """Whether both have a row of labels over a row of values, and stand side by side."""
    if len(one.rows) != 2 or len(other.rows) != 2 or {one.kind, other.kind} & {"figure", "table"}:
        return False
    return (
        _are_side_by_side(one.box, other.box)
        and all(len(line.text) <= MAX_FIELD_CHARACTERS for line in (*one.lines, *other.lines))
        and all(_are_level_rows(*pair) for pair in zip(one.rows, other.rows, strict=True))
    )


def _is_sign_of(one: Region, other: Region) -> bool:
    """Whether the first is a sign, and the second has a line right of it."""
    if (
        len(one.lines) != 1
        or any(character.isalnum() for character in one.text)
        or one.kind in ("figure", "table")
    ):
        return False
    sign = one.lines[0].box
    return any(
        are_in_one_row(sign, line.box)
        and 0 <= line.box[0] - sign[2] <= MAX_SIGN_GAP * (line.box[3] - line.box[1])
        for line in other.lines
    )


def _measure_length(region: Region) -> float:
    """Return the usual number of characters of the region's lines."""
    return median(len(line.text) for line in region.lines)


def _are_side_by_side(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) <= max(one[0], other[0])


def count_level(some: Iterable[Line], others: Collection[Line]) -> int:
    """Return how many of the lines are level with one of the others."""
    return sum(any(_are_level(line.box, beside.box) for beside in others) for line in some)


def _are_level_rows(one: Sequence[Line], other: Sequence[Line]) -> bool:
    return _are_level(one[0].box, other[0].box)


def _are_level(one: Box, other: Box) -> bool:
    low, high = sorted((one[3] - one[1], other[3] - other[1]))
    shift = abs(one[1] + one[3] - other[1] - other[3]) / 2
    return high <= MAX_HEIGHT_RATIO * low and shift <= MAX_SHIFT * low
