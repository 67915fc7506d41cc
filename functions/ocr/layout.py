"""Lines and the layout network's boxes → regions in reading order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ocr.lines import Box, Line

MIN_INSIDE = 0.5
"""Minimum share of a line's box within a region's box for the line to belong to the region."""
MIN_SAME = 0.8
"""Minimum share of each of two regions within the other for them to be the same region."""
MIN_ROW_OVERLAP = 0.5
"""Minimum vertical overlap of two lines in a row, as a share of the lesser height."""
MAX_PARAGRAPH_GAP = 0.8
MAX_WORD_GAP = 2.0
"""Maximum gaps between lines of a group, in heights of a line: below each other, and side by side."""

PICTURES = ("figure", "table", "equation")
MIN_CONFIDENCE_RATIO = 0.75
"""Minimum confidence of a region to absorb another one, as a share of the other's confidence."""
STANDALONE = ("figure", "equation", "title")
"""These stay regions of their own within a text."""
OVERLAP_NOISE = 0.1
"""Overlap that is noise of the network, as a share of a region's shorter side."""

Found = tuple[str, float, tuple[float, float, float, float]]
T = TypeVar("T")


@dataclass(frozen=True)
class Region:
    kind: str
    confidence: float | None
    """None if the region is a group of lines that the network did not find."""
    box: Box
    rows: tuple[tuple[Line, ...], ...] = ()
    """From top to bottom. Lines side by side form a row, from left to right."""

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for row in self.rows for line in row)

    @property
    def text(self) -> str:
        """The region's lines. Lines of one row share a line of text."""
        return "\n".join("  ".join(line.text for line in row) for row in self.rows)


def build_regions(lines: Sequence[Line], found: Sequence[Found], width: int, height: int) -> list[Region]:
    """Return the regions in reading order. Each line is in one: a found one, or a group of nearby lines."""
    areas = _drop_duplicates(
        Region(kind, round(confidence, 3), _clip(box, width, height)) for kind, confidence, box in found
    )
    areas = [area for area in areas if not any(_is_part(area, other, lines) for other in areas)]
    inside: dict[int, list[Line]] = {index: [] for index in range(len(areas))}
    outside: list[Line] = []
    for line in lines:
        around = [index for index, area in enumerate(areas) if _is_in(line.box, area.box)]
        smallest = min(around, key=lambda index: _area(areas[index].box), default=None)
        (outside if smallest is None else inside[smallest]).append(line)
    made = [
        _fill(area, inside[index])
        for index, area in enumerate(areas)
        if inside[index] or area.kind in PICTURES  # any other would be a text without a line
    ]
    made += [
        Region("text", None, _enclose(line.box for line in group), group_rows(group))
        for group in _group_lines(outside)
    ]
    return sort_in_reading_order(made, lambda region: region.box)


def _drop_duplicates(found: Iterable[Region]) -> list[Region]:
    """Return the regions without those that nearly equal one of more confidence: one thing, two classes."""
    kept: list[Region] = []
    for region in sorted(found, key=lambda region: -(region.confidence or 0)):
        if all(
            min(_overlap_share(region.box, other.box), _overlap_share(other.box, region.box)) < MIN_SAME
            for other in kept
        ):
            kept.append(region)
    return kept


def _is_part(area: Region, whole: Region, lines: Sequence[Line]) -> bool:
    """Whether the area is a part of the text or table `whole`, whose rows it would split."""
    if area is whole or _overlap_share(area.box, whole.box) < MIN_SAME:
        return False
    if (whole.confidence or 0) < MIN_CONFIDENCE_RATIO * (area.confidence or 0):
        return False
    if whole.kind == "table":
        return area.kind not in PICTURES or any(_is_in(line.box, area.box) for line in lines)
    return whole.kind not in PICTURES and area.kind not in STANDALONE


def _fill(area: Region, lines: Sequence[Line]) -> Region:
    """Return the region with its lines. Its box grows to contain them."""
    return replace(area, box=_enclose([area.box, *(line.box for line in lines)]), rows=group_rows(lines))


def group_rows(lines: Iterable[Line]) -> tuple[tuple[Line, ...], ...]:
    """Return the rows from top to bottom. Lines side by side form a row, from left to right."""
    made: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box[1] + line.box[3]):
        if made and _are_in_one_row(made[-1][-1].box, line.box):
            made[-1].append(line)
        else:
            made.append([line])
    return tuple(tuple(sorted(row, key=lambda line: line.box[0])) for row in made)


def sort_in_reading_order(items: Sequence[T], box: Callable[[T], Box]) -> list[T]:
    """Sort by a recursive X-Y cut: columns from left to right, each from top to bottom.

    An item across several columns separates the columns above from those below.
    """
    if len(items) < 2:
        return list(items)
    columns = _split_at_gaps(items, box, 0)
    if len(columns) > 1:
        return [item for column in columns for item in sort_in_reading_order(column, box)]
    blocks: list[list[T]] = []
    for band in _split_at_gaps(items, box, 1):
        # Bands with common columns belong together: a gap across the page may be a coincidence.
        if blocks and len(_split_at_gaps([*blocks[-1], *band], box, 0)) > 1:
            blocks[-1].extend(band)
        else:
            blocks.append(band)
    if len(blocks) == 1:  # the items overlap: there is no gap to cut at
        return sorted(items, key=lambda item: (box(item)[1], box(item)[0]))
    return [item for block in blocks for item in sort_in_reading_order(block, box)]


def _split_at_gaps(items: Sequence[T], box: Callable[[T], Box], axis: int) -> list[list[T]]:
    """Split the items at the gaps from left to right (axis 0) or from top to bottom (axis 1)."""
    parts: list[list[T]] = []
    end = 0.0
    for item in sorted(items, key=lambda item: box(item)[axis]):
        left, top, right, bottom = box(item)
        first, last = box(item)[axis], box(item)[axis + 2]
        noise = OVERLAP_NOISE * min(right - left, bottom - top)
        if parts and first + noise < end:
            parts[-1].append(item)
        else:
            parts.append([item])
        end = max(end, last - noise)
    return parts


def _group_lines(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the connected components of lines that are near each other."""
    left = list(lines)
    made: list[list[Line]] = []
    while left:
        group = [left.pop(0)]
        for member in group:
            near = [line for line in left if _are_near(member.box, line.box)]
            left = [line for line in left if line not in near]
            group.extend(near)
        made.append(group)
    return made


def _are_near(one: Box, other: Box) -> bool:
    height = min(one[3] - one[1], other[3] - other[1])
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    if across <= 0:
        return down <= MAX_PARAGRAPH_GAP * height
    return _are_in_one_row(one, other) and across <= MAX_WORD_GAP * height


def _are_in_one_row(one: Box, other: Box) -> bool:
    common = min(one[3], other[3]) - max(one[1], other[1])
    return common >= MIN_ROW_OVERLAP * min(one[3] - one[1], other[3] - other[1])


def _is_in(line: Box, area: Box) -> bool:
    """Whether one box is mostly within the other. The network may find a small area smaller than its line."""
    return max(_overlap_share(line, area), _overlap_share(area, line)) >= MIN_INSIDE


def _overlap_share(inner: Box, outer: Box) -> float:
    """Return the share of `inner` that is within `outer`."""
    across = max(0, min(inner[2], outer[2]) - max(inner[0], outer[0]))
    down = max(0, min(inner[3], outer[3]) - max(inner[1], outer[1]))
    return across * down / _area(inner)


def _area(box: Box) -> int:
    return max(1, (box[2] - box[0]) * (box[3] - box[1]))


def _clip(box: tuple[float, float, float, float], width: int, height: int) -> Box:
    left, top = max(0, int(box[0])), max(0, int(box[1]))
    return left, top, min(width, max(left + 1, round(box[2]))), min(height, max(top + 1, round(box[3])))


def _enclose(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
