"""Pixels → lines of text, and the upright picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from rapidocr.utils.process_img import get_rotate_crop_image

from ocr.doubts import find_doubts
from ocr.models import Image, Models, Quads

MIN_TALL_RATIO = 1.5
"""Minimum ratio of height to width of a line that runs down the page."""
MIN_ROTATED_LINES = 3
"""Minimum lines that run down a rotated page. A single one may be the spine of a book."""
COMPARED_LINES = 5
"""How many of a page's longest lines are read both ways, to find out whether the page is upside down."""
TURN_MARGIN = 0.05
"""How much more confident the turned lines must be. Measured: at least 0.2 apart."""
SURE_CONFIDENCE = 0.9
"""A line read with less confidence may also be read upside down."""
BATCH_LINES = 16
"""Lines read between two checks of the budget."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""


@dataclass(frozen=True)
class Line:
    text: str
    confidence: float | None
    """0 to 1, or None for a PDF's own text."""
    corners: tuple[tuple[int, int], ...]
    """The corners of the line's box, which may be slanted: clockwise from the top left."""

    @property
    def box(self) -> Box:
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class Reading:
    image: Image
    """The picture, upright."""
    turned: int
    """The degrees by which the picture was turned clockwise: 0, 90, 180 or 270."""
    lines: list[Line]
    doubts: tuple[str, ...] = ()
    """Slugs of what may be wrong with the text (doubts.py)."""


def read_lines(image: Image, models: Models, check_budget: Callable[[], None]) -> Reading:
    """Return the picture's lines. Calls `check_budget` between steps. Raises what `check_budget` raises."""
    quads, turned = models.find_lines(image), 0
    check_budget()
    if _is_rotated(quads):
        image, quads, turned = (
            np.ascontiguousarray(np.rot90(image)),
            _turn_quads_left(quads, image.shape[1]),
            270,
        )
    crops = [get_rotate_crop_image(image, quad.copy()) for quad in quads]
    if not crops:
        return Reading(image, turned, [], tuple(find_doubts([])))
    flipped = models.detect_upside_down(crops)
    if _is_upside_down(crops, models):
        crops, flipped = [_turn_half(crop) for crop in crops], [not each for each in flipped]
        image, quads = _turn_half(image), _turn_quads_half(quads, image.shape[:2])
        turned = (turned + 180) % 360
    check_budget()
    texts = _read_texts(crops, flipped, models, check_budget)
    doubts = find_doubts([(*read, _ratio(crop)) for read, crop in zip(texts, crops, strict=True)])
    lines = [
        Line(text, confidence, tuple((round(float(x)), round(float(y))) for x, y in quad))
        for quad, (text, confidence) in zip(quads, texts, strict=True)
        if text.strip()
    ]
    return Reading(image, turned, lines, tuple(doubts))


def _read_texts(
    crops: list[Image], flipped: list[bool], models: Models, check_budget: Callable[[], None]
) -> list[tuple[str, float]]:
    """Return the lines' texts and confidences. A line that looks upside down may be read both ways."""
    found: list[tuple[str, float]] = []
    for start in range(0, len(crops), BATCH_LINES):
        found += models.read(crops[start : start + BATCH_LINES])
        check_budget()
    for index, was in enumerate(flipped):
        if was and found[index][1] < SURE_CONFIDENCE:
            turned = models.read([_turn_half(crops[index])])
            found[index] = max(found[index], *turned, key=lambda reading: reading[1])
            check_budget()
    return found


def _turn_half(image: Image) -> Image:
    return np.ascontiguousarray(image[::-1, ::-1])


def _is_rotated(quads: Quads) -> bool:
    """Whether most lines run down the page, weighted by length."""
    if not len(quads):
        return False
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    tall = down > MIN_TALL_RATIO * across
    return bool(tall.sum() >= MIN_ROTATED_LINES and down[tall].sum() > across[~tall].sum())


def _is_upside_down(crops: list[Image], models: Models) -> bool:
    """Whether the longest lines are read with more confidence when they are turned by 180 degrees.

    The network that judges a line by its look (`detect_upside_down`) errs on a quarter of pages of few lines.
    """
    longest = sorted(crops, key=_ratio, reverse=True)[:COMPARED_LINES]
    upright = models.read(longest)
    turned = models.read([_turn_half(crop) for crop in longest])
    return _confidence(turned) > _confidence(upright) + TURN_MARGIN


def _confidence(readings: list[tuple[str, float]]) -> float:
    return sum(score if text.strip() else 0.0 for text, score in readings) / len(readings)


def _ratio(crop: Image) -> float:
    return float(crop.shape[1] / max(1, crop.shape[0]))


def _turn_quads_left(quads: Quads, width: int) -> Quads:
    """Return the boxes after a quarter turn to the left of the picture, `width` wide before the turn."""
    turned = np.stack([quads[:, :, 1], width - quads[:, :, 0]], axis=2)
    return np.ascontiguousarray(np.roll(turned, -1, axis=1), np.float32)


def _turn_quads_half(quads: Quads, shape: tuple[int, ...]) -> Quads:
    """Return the boxes after a half turn of the picture."""
    turned = np.array([shape[1], shape[0]], np.float32) - quads
    return np.ascontiguousarray(np.roll(turned, 2, axis=1), np.float32)


def to_bgr(pixels: bytes, width: int, height: int) -> Image:
    """Return the picture of RGB bytes, row after row."""
    rgb = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
