"""Lines and the layout network's boxes → regions in reading order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from ocr.columns import attach_signs, join_columns, join_fields
from ocr.diagrams import order_labels
from ocr.lines import Box, Line
from ocr.listing_rests import join_rests
from ocr.order import sort_in_reading_order
from ocr.regions import (
    PICTURES,
    Found,
    Region,
    are_columns,
    enclose_all,
    group_lines,
    group_rows,
    measure_area,
    measure_overlap,
)

__all__ = ["PICTURES", "Found", "Region", "build_regions"]

MIN_INSIDE = 0.5
"""Minimum share of a line's box within a region's box for the line to belong to the region."""
MIN_SAME = 0.8
"""Minimum share of each of two regions within the other for them to be the same region."""
MIN_CONFIDENCE_RATIO = 0.75
"""Minimum confidence of a region to absorb another one, as a share of the other's confidence."""
STANDALONE = ("figure", "equation", "title")
"""These stay regions of their own within a text, but not within another of their kind."""
MIN_PAGE_LINES = 6
MIN_LINES_SHARE = 0.3
MAX_PICTURE_SHARE = 0.6
"""A figure is no picture if it has so many lines and they fill such a share of it, or if it has lines and
covers such a share of the page."""
MIN_PROSE_LINES = 3
MIN_PROSE_CHARACTERS = 40
MAX_DOUBTED = 0.8
"""A figure of less confidence is no picture if it has so many lines of so many characters: a blurred page."""
MIN_LONG_RATIO = 3.0
"""Minimum ratio of width to height of a line that is more than a chart's label, which is short or slanted."""


def build_regions(lines: Sequence[Line], found: Sequence[Found], width: int, height: int) -> list[Region]:
    """Return the regions in reading order. Each line is in one: a found one, or a group of nearby lines.

    The lines are level, slanted labels of figures are not. `found` are the network's classes, confidences and
    boxes.
    """
    areas = [Region(kind, round(confidence, 3), _clip(box, width, height)) for kind, confidence, box in found]
    areas = _drop_duplicates(
        area
        for area in areas
        if not _is_page(area, lines, width * height) and not _spans_columns(area, lines)
    )
    areas = [area for area in areas if not any(_is_part(area, other, lines) for other in areas)]
    inside: dict[int, list[Line]] = {index: [] for index in range(len(areas))}
    outside: list[Line] = []
    for line in lines:
        around = [index for index, area in enumerate(areas) if _is_in(line.box, area.box)]
        smallest = min(around, key=lambda index: measure_area(areas[index].box), default=None)
        (outside if smallest is None else inside[smallest]).append(line)
    made = [
        _fill(area, inside[index])
        for index, area in enumerate(areas)
        if inside[index] or area.kind in PICTURES  # any other would be a text without a line
    ]
    made += [
        Region("text", None, enclose_all(line.box for line in group), group_rows(group))
        for group in group_lines(outside)
    ]
    made = attach_signs(join_fields(join_rests(join_columns(made))))
    line_height = median(line.box[3] - line.box[1] for line in lines) if lines else 0.0
    return sort_in_reading_order(made, lambda region: region.box, line_height)


def _drop_duplicates(found: Iterable[Region]) -> list[Region]:
    """Return the regions without those that nearly equal one of more confidence: one thing, two classes."""
    kept: list[Region] = []
    for region in sorted(found, key=lambda region: -(region.confidence or 0)):
        if all(
            min(measure_overlap(region.box, other.box), measure_overlap(other.box, region.box)) < MIN_SAME
            for other in kept
        ):
            kept.append(region)
    return kept


def _is_part(area: Region, whole: Region, lines: Sequence[Line]) -> bool:
    """Whether the area is a part of the text or table `whole`, whose rows it would split."""
    if area is whole or measure_overlap(area.box, whole.box) < MIN_SAME:
        return False
    if (whole.confidence or 0) < MIN_CONFIDENCE_RATIO * (area.confidence or 0):
        return False
    if whole.kind == "table":
        return area.kind not in PICTURES or any(_is_in(line.box, area.box) for line in lines)
    return whole.kind not in PICTURES and (area.kind not in STANDALONE or area.kind == whole.kind)


def _is_page(area: Region, lines: Sequence[Line], page: int) -> bool:
    """Whether a figure is a slide, a screenshot or an invoice, of which the network sees no parts."""
    if area.kind != "figure":
        return False
    inside = [
        line for line in lines if _is_long(line.box) and measure_overlap(line.box, area.box) >= MIN_INSIDE
    ]
    filled = sum(measure_area(line.box) for line in inside) / measure_area(area.box)
    prose = sum(len(line.text) >= MIN_PROSE_CHARACTERS for line in inside)
    if prose >= MIN_PROSE_LINES and (area.confidence or 0) < MAX_DOUBTED:
        return True
    return (len(inside) >= MIN_PAGE_LINES and filled > MIN_LINES_SHARE) or (
        len(inside) > 1 and measure_area(area.box) > MAX_PICTURE_SHARE * page
    )


def _is_long(box: Box) -> bool:
    return box[2] - box[0] >= MIN_LONG_RATIO * (box[3] - box[1])


def _spans_columns(area: Region, lines: Sequence[Line]) -> bool:
    """Whether the network took several columns for one text."""
    inside = (line for line in lines if measure_overlap(line.box, area.box) >= MIN_INSIDE)
    return area.kind not in PICTURES and are_columns(inside)


def _fill(area: Region, lines: Sequence[Line]) -> Region:
    """Return the region with its lines. The box of a text is that of its lines; another's grows.

    The network's box of a text may span other regions, whose lines would be read before its own.
    """
    boxes = [line.box for line in lines]
    own = [area.box] if area.kind in PICTURES else []
    rows = order_labels(lines) if area.kind == "figure" else group_rows(lines)
    return replace(area, box=enclose_all([*own, *boxes]), rows=rows)


def _is_in(line: Box, area: Box) -> bool:
    """Whether one box is mostly within the other. The network may find a small area smaller than its line."""
    return max(measure_overlap(line, area), measure_overlap(area, line)) >= MIN_INSIDE


def _clip(box: tuple[float, float, float, float], width: int, height: int) -> Box:
    left, top = max(0, int(box[0])), max(0, int(box[1]))
    return left, top, min(width, max(left + 1, round(box[2]))), min(height, max(top + 1, round(box[3])))
