"""Pictures of a page: a crop of each region, and the page with its regions and lines marked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from ocr.layout import Region
from ocr.line_reader import Image
from ocr.lines import Box, Line

# Okabe and Ito's colors, which people with any color vision can distinguish. Blue, green, red.
COLORS = {
    "text": (178, 114, 0),
    "title": (0, 94, 213),
    "figure": (115, 158, 0),
    "table": (167, 121, 204),
    "equation": (66, 228, 240),
}
OTHER_COLOR = (0, 159, 230)
LINE_COLOR = (233, 180, 86)
JPEG_OPTIONS = [cv2.IMWRITE_JPEG_QUALITY, 85]


def crop(image: Image, region: Region, path: Path) -> None:
    """Write the region's picture as PNG."""
    left, top, right, bottom = region.box
    _write(path, image[top : bottom + 1, left : right + 1], [cv2.IMWRITE_PNG_COMPRESSION, 3])


def annotate(image: Image, regions: Sequence[Region], path: Path) -> None:
    """Write the page as JPEG, with boxes around its regions, numbered in reading order, and its lines."""
    canvas = image.copy()
    width = max(1, round(max(image.shape[:2]) / 900))
    for region in regions:
        for line in region.lines:
            cv2.polylines(
                canvas, [np.array(line.corners, np.int32)], isClosed=True, color=LINE_COLOR, thickness=width
            )
    for region in regions:
        left, top, right, bottom = region.box
        cv2.rectangle(canvas, (left, top), (right, bottom), COLORS.get(region.kind, OTHER_COLOR), 2 * width)
    lines = [line for region in regions for line in region.lines]
    for number, region in enumerate(regions, 1):
        color = COLORS.get(region.kind, OTHER_COLOR)
        _draw_label(canvas, f"{number} {region.kind}", region, lines, color, width)
    _write(path, canvas, JPEG_OPTIONS)


def write_jpeg(image: Image, path: Path) -> None:
    """Write the page as JPEG, for the searchable PDF."""
    _write(path, image, JPEG_OPTIONS)


def _draw_label(
    canvas: Image,
    text: str,
    region: Region,
    lines: Sequence[Line],
    color: tuple[int, int, int],
    width: int,
) -> None:
    """Draw the label above, before, after or below the region, where it hides the fewest pixels of lines."""
    scale = 0.4 * width
    (across, up), down = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, width)
    high = up + down
    left, top, right, bottom = region.box
    height, breadth = canvas.shape[:2]
    places = [
        (max(0, min(x, breadth - across)), max(0, min(y, height - high)))
        for x, y in (
            (left, top - high),
            (left - across, top),
            (right - across, top - high),
            (right, top),
            (left, bottom),
        )
    ]
    x, y = min(
        places, key=lambda place: _count_hidden_pixels(lines, (*place, place[0] + across, place[1] + high))
    )
    cv2.rectangle(canvas, (x, y), (x + across, y + high), color, cv2.FILLED)
    at = (x, y + high - down // 2)
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), width, cv2.LINE_AA)


def _count_hidden_pixels(lines: Sequence[Line], box: Box) -> int:
    """Return the number of pixels of the lines' boxes within `box`."""
    return sum(
        max(0, min(line.box[2], box[2]) - max(line.box[0], box[0]))
        * max(0, min(line.box[3], box[3]) - max(line.box[1], box[1]))
        for line in lines
    )


def _write(path: Path, image: Image, options: list[int]) -> None:
    if not cv2.imwrite(str(path), image, options):
        raise RuntimeError(f"OpenCV could not write {path.suffix}")
