"""Pixels → lines of text, and the picture the right way up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from rapidocr.utils.process_img import get_rotate_crop_image

from ocr.models import Image, Models, Quads

TALL = 1.5
"""Height to width from which a box is that of a line that runs down the page."""
FEW = 3
"""Lines that run down before a page counts as sideways: one may be the spine of a book."""
SURE = 0.9
"""Confidence from which a line is not also tried upside down."""
LINES_AT_ONCE = 16
"""Read between two looks at whether to go on."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""


@dataclass(frozen=True)
class Line:
    text: str
    confidence: float | None
    """0 to 1; None of a PDF's own text."""
    corners: tuple[tuple[int, int], ...]
    """Of the box around it, which may be slanted: from the top left on, clockwise."""

    @property
    def box(self) -> Box:
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class Reading:
    image: Image
    """The picture, upright."""
    turned: int
    """By how many degrees it was turned for that, clockwise: 0, 90, 180 or 270."""
    lines: list[Line]


def read(image: Image, models: Models, go_on: Callable[[], None]) -> Reading:
    """`go_on` is called now and then, and may raise."""
    quads, turned = models.find_lines(image), 0
    go_on()
    if _is_rotated(quads):
        image, quads, turned = np.ascontiguousarray(np.rot90(image)), _turned_left(quads, image.shape[1]), 270
    crops = [get_rotate_crop_image(image, quad.copy()) for quad in quads]
    if not crops:
        return Reading(image, turned, [])
    flipped = models.detect_upside_down(crops)
    if _majority(flipped, crops):
        crops, flipped = [_by_half(crop) for crop in crops], [not each for each in flipped]
        image, quads = _by_half(image), _upside_down(quads, image.shape[:2])
        turned = (turned + 180) % 360
    lines = [
        Line(text, confidence, tuple((round(float(x)), round(float(y))) for x, y in quad))
        for quad, (text, confidence) in zip(quads, _texts(crops, flipped, models, go_on), strict=True)
        if text.strip()
    ]
    return Reading(image, turned, lines)


def _texts(
    crops: list[Image], flipped: list[bool], models: Models, go_on: Callable[[], None]
) -> list[tuple[str, float]]:
    """What the lines say. One that looks upside down among others that do not may be read both ways."""
    found: list[tuple[str, float]] = []
    for start in range(0, len(crops), LINES_AT_ONCE):
        found += models.read(crops[start : start + LINES_AT_ONCE])
        go_on()
    for index, was in enumerate(flipped):
        if was and found[index][1] < SURE:
            turned = models.read([_by_half(crops[index])])
            found[index] = max(found[index], *turned, key=lambda read: read[1])
            go_on()
    return found


def _by_half(image: Image) -> Image:
    return np.ascontiguousarray(image[::-1, ::-1])


def _is_rotated(quads: Quads) -> bool:
    """Whether the lines run down the page, weighed by their lengths."""
    if not len(quads):
        return False
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    tall = down > TALL * across
    return bool(tall.sum() >= FEW and down[tall].sum() > across[~tall].sum())


def _majority(flipped: list[bool], crops: list[Image]) -> bool:
    """Whether most of the text is upside down, weighed by length: short lines are easily mistaken."""
    lengths: list[float] = [crop.shape[1] / max(1, crop.shape[0]) for crop in crops]
    total = sum(lengths)
    return sum(length for length, was in zip(lengths, flipped, strict=True) if was) > total / 2


def _turned_left(quads: Quads, width: int) -> Quads:
    """Boxes after the picture, `width` wide before, was turned a quarter to the left."""
    turned = np.stack([quads[:, :, 1], width - quads[:, :, 0]], axis=2)
    return np.ascontiguousarray(np.roll(turned, -1, axis=1), np.float32)


def _upside_down(quads: Quads, shape: tuple[int, ...]) -> Quads:
    """Boxes after the picture was turned by half."""
    turned = np.array([shape[1], shape[0]], np.float32) - quads
    return np.ascontiguousarray(np.roll(turned, 2, axis=1), np.float32)


def to_bgr(pixels: bytes, width: int, height: int) -> Image:
    """RGB bytes, row after row → a picture."""
    rgb = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
