"""Pictures made of a page: each region cut out, and the page with its regions and lines marked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from ocr.layout import Region
from ocr.models import Image
from ocr.recognize import Box, Line

# Okabe and Ito's colours, which the colour-blind tell apart; as blue, green, red.
COLOURS = {
    "text": (178, 114, 0),
    "title": (0, 94, 213),
    "figure": (115, 158, 0),
    "table": (167, 121, 204),
    "equation": (66, 228, 240),
}
OTHER = (0, 159, 230)
LINE = (233, 180, 86)
JPEG = [cv2.IMWRITE_JPEG_QUALITY, 85]


def crop(image: Image, region: Region, path: Path) -> None:
    """The region's picture as PNG."""
    left, top, right, bottom = region.box
    _write(path, image[top : bottom + 1, left : right + 1], [cv2.IMWRITE_PNG_COMPRESSION, 3])


def annotated(image: Image, regions: Sequence[Region], path: Path) -> None:
    """The page as JPEG: boxes around regions, numbered in reading order, and finer ones around lines."""
    canvas = image.copy()
    width = max(1, round(max(image.shape[:2]) / 900))
    for region in regions:
        for line in region.lines:
            cv2.polylines(
                canvas, [np.array(line.corners, np.int32)], isClosed=True, color=LINE, thickness=width
            )
    for region in regions:
        left, top, right, bottom = region.box
        cv2.rectangle(canvas, (left, top), (right, bottom), COLOURS.get(region.kind, OTHER), 2 * width)
    lines = [line for region in regions for line in region.lines]
    for number, region in enumerate(regions, 1):
        colour = COLOURS.get(region.kind, OTHER)
        _label(canvas, f"{number} {region.kind}", region, lines, colour, width)
    _write(path, canvas, JPEG)


def jpeg(image: Image) -> bytes:
    """The page as JPEG, for the searchable PDF."""
    done, data = cv2.imencode(".jpg", image, JPEG)
    if not done:
        raise RuntimeError("OpenCV could not encode the page")
    return data.tobytes()


def _label(
    canvas: Image,
    text: str,
    region: Region,
    lines: Sequence[Line],
    colour: tuple[int, int, int],
    width: int,
) -> None:
    """The label where it hides the least of the page's lines: above the region, before, after or below it."""
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
    x, y = min(places, key=lambda place: _hidden(lines, (*place, place[0] + across, place[1] + high)))
    cv2.rectangle(canvas, (x, y), (x + across, y + high), colour, cv2.FILLED)
    at = (x, y + high - down // 2)
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), width, cv2.LINE_AA)


def _hidden(lines: Sequence[Line], box: Box) -> int:
    """Pixels of the lines within the box."""
    return sum(
        max(0, min(line.box[2], box[2]) - max(line.box[0], box[0]))
        * max(0, min(line.box[3], box[3]) - max(line.box[1], box[1]))
        for line in lines
    )


def _write(path: Path, image: Image, options: list[int]) -> None:
    if not cv2.imwrite(str(path), image, options):
        raise RuntimeError(f"OpenCV could not write {path.suffix}")
