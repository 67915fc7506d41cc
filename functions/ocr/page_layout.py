"""A page's reading → its regions in reading order, with boxes on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ocr.layout import build_regions
from ocr.lines import Box, Corners, Line, enclose, is_slanted
from ocr.recognize import Reading
from ocr.regions import PICTURES, Found, Region, find_boxes, has_middle_in
from ocr.scripts import is_right_to_left

T = TypeVar("T", int, float)


@dataclass(frozen=True)
class _Level(Line):
    """A line as it lies in the frame."""

    original: int = 0


def lay_out(reading: Reading, found: Sequence[Found], min_confidence: float) -> list[Region]:
    """Return the regions of the lines that are sure enough. `found` are the network's, in the frame."""
    width, height = reading.frame.size
    is_mirrored = is_right_to_left("".join(line.text for line in reading.lines))
    if is_mirrored:  # columns and rows are read from the right: as if they were mirrored
        reading = _mirror(reading)
        found = [(kind, score, _flip(box, width)) for kind, score, box in found]
    figures = [] if is_mirrored or reading.is_vertical else find_boxes(found, "figure")
    level = [
        _Level(line.text, line.confidence, _find_corners(line, place, reading, figures), original=number)
        for number, (line, place) in enumerate(zip(reading.lines, reading.places, strict=True))
        if line.confidence is None or line.confidence >= min_confidence
    ]
    if reading.is_vertical:
        found = [(kind, score, _turn_left(box, width)) for kind, score, box in found]
        width, height = height, width
    regions = build_regions(level, found, width, height)
    if is_mirrored:
        regions = [replace(region, box=_flip(region.box, width)) for region in regions]
    return [_lay_back(region, reading) for region in regions]


def _mirror(reading: Reading) -> Reading:
    """Return the reading with its lines' places mirrored in the frame."""
    return replace(reading, places=[_flip(place, reading.frame.size[0]) for place in reading.places])


def list_level_lines(reading: Reading) -> list[Line]:
    """Return the lines as they lie in the frame, without those that are slanted."""
    return [
        Line(line.text, line.confidence, to_corners(place))
        for line, place in zip(reading.lines, reading.places, strict=True)
        if not is_slanted(place_corners(line.corners, reading))
    ]


def _find_corners(line: Line, place: Box, reading: Reading, figures: Iterable[Box]) -> Corners:
    """Return the corners of the line in the frame: slanted if it is a label of a figure.

    Any other is level: the box of a watermark across the page would be around many lines.
    """
    placed = place_corners(line.corners, reading)
    if is_slanted(placed) and any(has_middle_in(enclose(placed), figure) for figure in figures):
        return placed
    return to_corners(_lay_down(place, reading))


def place_corners(corners: Corners, reading: Reading) -> Corners:
    """Return the corners in the frame."""
    placed = reading.frame.place(np.array(corners, np.float32))
    return tuple((round(float(x)), round(float(y))) for x, y in placed)


def _flip(box: tuple[T, T, T, T], width: int) -> tuple[T, T, T, T]:
    left, top, right, bottom = box
    return width - right, top, width - left, bottom


def to_corners(box: Box) -> Corners:
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _lay_down(place: Box, reading: Reading) -> Box:
    """Return the box of a line, turned to the left if the text is vertical: then the first line is on top."""
    return _turn_left(place, reading.frame.size[0]) if reading.is_vertical else place


def _turn_left(box: tuple[T, T, T, T], width: int) -> tuple[T, T, T, T]:
    left, top, right, bottom = box
    return top, width - right, bottom, width - left


def _turn_right(box: Box, width: int) -> Box:
    left, top, right, bottom = box
    return width - bottom, left, width - top, right


def _lay_back(region: Region, reading: Reading) -> Region:
    """Return the region on the page, with the lines as they lie there."""
    rows = tuple(
        tuple(reading.lines[line.original] for line in row if isinstance(line, _Level)) for row in region.rows
    )
    corners = [corner for row in rows for line in row for corner in line.corners]
    if region.kind in PICTURES or not corners:
        box = _turn_right(region.box, reading.frame.size[0]) if reading.is_vertical else region.box
        placed = reading.frame.lay_back(np.array(to_corners(box), np.float32))
        corners += [(round(float(x)), round(float(y))) for x, y in placed]
    box = enclose(tuple(corners))
    height, width = reading.image.shape[:2]
    left, top, right, bottom = box
    left, top = max(0, min(left, width - 1)), max(0, min(top, height - 1))
    return replace(
        region,
        rows=rows,
        box=(left, top, max(left + 1, min(right, width)), max(top + 1, min(bottom, height))),
    )
