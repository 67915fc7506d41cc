"""Lines and the layout network's boxes → regions in reading order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ocr.recognize import Box, Line

INSIDE = 0.5
"""Share of a line's box within a region's from which the line is the region's."""
SAME = 0.8
"""Share of each of two regions within the other from which they are one."""
SAME_ROW = 0.5
"""Share of the lower line's height that two lines of a row have in common."""
PARAGRAPH_GAP = 0.8
WORD_GAP = 2.0
"""Gaps between lines that stand together, in heights of a line: below each other, and side by side."""

PICTURES = ("figure", "table", "equation")
NEARLY = 0.75
"""Share of another region's confidence from which a region may swallow it."""
STANDING_OUT = ("figure", "equation", "title")
"""Have a place of their own within a text."""
HAIR = 0.1
"""Overlap that is the network's noise, in shorter sides of a region."""

Found = tuple[str, float, tuple[float, float, float, float]]
T = TypeVar("T")


@dataclass(frozen=True)
class Region:
    kind: str
    confidence: float | None
    """None where no network found the region, but lines that stand together."""
    box: Box
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Its lines, those side by side in one."""
        return "\n".join("  ".join(line.text for line in row) for row in rows(self.lines))


def regions(lines: Sequence[Line], found: Sequence[Found], width: int, height: int) -> list[Region]:
    """Every line is in one region: the found one that it lies in, or one of its neighbours."""
    areas = _distinct(
        Region(kind, round(confidence, 3), _within(box, width, height), ()) for kind, confidence, box in found
    )
    areas = [area for area in areas if not any(_is_part(area, other, lines) for other in areas)]
    inside: dict[int, list[Line]] = {index: [] for index in range(len(areas))}
    loose: list[Line] = []
    for line in lines:
        around = [index for index, area in enumerate(areas) if _is_in(line.box, area.box)]
        smallest = min(around, key=lambda index: _area(areas[index].box), default=None)
        (loose if smallest is None else inside[smallest]).append(line)
    made = [
        _filled(area, inside[index])
        for index, area in enumerate(areas)
        if inside[index] or area.kind in PICTURES  # the rest would be text without a line
    ]
    made += [
        Region("text", None, _around(line.box for line in group), _sorted(group)) for group in _groups(loose)
    ]
    return in_reading_order(made, lambda region: region.box)


def _distinct(found: Iterable[Region]) -> list[Region]:
    """Without those that are nearly the same as one of more confidence: two classes of one thing."""
    kept: list[Region] = []
    for region in sorted(found, key=lambda region: -(region.confidence or 0)):
        if all(min(_share(region.box, other.box), _share(other.box, region.box)) < SAME for other in kept):
            kept.append(region)
    return kept


def _is_part(area: Region, whole: Region, lines: Sequence[Line]) -> bool:
    """Whether the area is but a part of a text or a table, whose rows it would tear apart."""
    if area is whole or _share(area.box, whole.box) < SAME:
        return False
    if (whole.confidence or 0) < NEARLY * (area.confidence or 0):
        return False
    if whole.kind == "table":
        return area.kind not in PICTURES or any(_is_in(line.box, area.box) for line in lines)
    return whole.kind not in PICTURES and area.kind not in STANDING_OUT


def _filled(area: Region, lines: Sequence[Line]) -> Region:
    """The region with its lines, as wide as they are."""
    return replace(area, box=_around([area.box, *(line.box for line in lines)]), lines=_sorted(lines))


def rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines from the top down, those side by side in one row, from the left."""
    made: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box[1] + line.box[3]):
        if made and _same_row(made[-1][-1].box, line.box):
            made[-1].append(line)
        else:
            made.append([line])
    return [sorted(row, key=lambda line: line.box[0]) for row in made]


def in_reading_order(items: Sequence[T], box: Callable[[T], Box]) -> list[T]:
    """Columns from the left, each from the top down; what stands across columns separates what is above it
    from what is below: a recursive X-Y cut."""
    if len(items) < 2:
        return list(items)
    columns = _cut(items, box, 0)
    if len(columns) > 1:
        return [item for column in columns for item in in_reading_order(column, box)]
    blocks: list[list[T]] = []
    for band in _cut(items, box, 1):
        # Bands that columns run through belong together: a gap across the page may be an accident.
        if blocks and len(_cut([*blocks[-1], *band], box, 0)) > 1:
            blocks[-1].extend(band)
        else:
            blocks.append(band)
    if len(blocks) == 1:  # they overlap each other: nothing to cut
        return sorted(items, key=lambda item: (box(item)[1], box(item)[0]))
    return [item for block in blocks for item in in_reading_order(block, box)]


def _cut(items: Sequence[T], box: Callable[[T], Box], axis: int) -> list[list[T]]:
    """Items parted where nothing is: by gaps from the left (axis 0) or from the top (axis 1)."""
    parts: list[list[T]] = []
    end = 0.0
    for item in sorted(items, key=lambda item: box(item)[axis]):
        left, top, right, bottom = box(item)
        first, last = box(item)[axis], box(item)[axis + 2]
        hair = HAIR * min(right - left, bottom - top)
        if parts and first + hair < end:
            parts[-1].append(item)
        else:
            parts.append([item])
        end = max(end, last - hair)
    return parts


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand together, as connected components."""
    left = list(lines)
    made: list[list[Line]] = []
    while left:
        group = [left.pop(0)]
        for member in group:
            near = [line for line in left if _near(member.box, line.box)]
            left = [line for line in left if line not in near]
            group.extend(near)
        made.append(group)
    return made


def _near(one: Box, other: Box) -> bool:
    height = min(one[3] - one[1], other[3] - other[1])
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    if across <= 0:
        return down <= PARAGRAPH_GAP * height
    return _same_row(one, other) and across <= WORD_GAP * height


def _same_row(one: Box, other: Box) -> bool:
    common = min(one[3], other[3]) - max(one[1], other[1])
    return common >= SAME_ROW * min(one[3] - one[1], other[3] - other[1])


def _sorted(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(line for row in rows(lines) for line in row)


def _is_in(line: Box, area: Box) -> bool:
    """Also if the area is less than the line: the network is not exact about small ones."""
    return max(_share(line, area), _share(area, line)) >= INSIDE


def _share(inner: Box, outer: Box) -> float:
    """The share of `inner` that lies within `outer`."""
    across = max(0, min(inner[2], outer[2]) - max(inner[0], outer[0]))
    down = max(0, min(inner[3], outer[3]) - max(inner[1], outer[1]))
    return across * down / _area(inner)


def _area(box: Box) -> int:
    return max(1, (box[2] - box[0]) * (box[3] - box[1]))


def _within(box: tuple[float, float, float, float], width: int, height: int) -> Box:
    left, top = max(0, int(box[0])), max(0, int(box[1]))
    return left, top, min(width, max(left + 1, round(box[2]))), min(height, max(top + 1, round(box[3])))


def _around(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
