"""Which way up a page is: its longest lines are read both ways, and the surer way counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import numpy as np

from ocr.line_reader import Image, Text
from ocr.models import Models
from ocr.strips import Points, Strip

MIN_ROTATED_LINES = 3
"""Minimum lines that run down a rotated page with other lines. A single one may be the spine of a book."""
COMPARED_LINES = 5
"""How many of a page's longest lines are read both ways."""
SURE_CONFIDENCE = 0.85
"""If the small network is less sure either way, the larger one compares: for Japanese."""
TURN_MARGIN = 0.05
"""How much more confident the turned lines must be. Measured: at least 0.2 apart."""
MIN_SAME = 0.5
"""Minimum likeness of the texts of a vertical line, read on its side and sign by sign."""
WIDE = 0x2E80
"""The first sign of the scripts that are written downwards too."""


@dataclass(frozen=True)
class Upright:
    image: Image
    """The page's picture, upright."""
    strips: list[Strip]
    turned: int = 0
    """The degrees by which the picture was turned clockwise: 0, 90, 180 or 270."""
    is_vertical: bool = False
    """Whether the lines run down the upright page, from right to left."""
    known: dict[int, Text] = field(default_factory=dict)
    """What was read of some of the lines, by their index."""


def turn_upright(image: Image, strips: Sequence[Strip], models: Models, *, carefully: bool = True) -> Upright:
    """Return the page upright, with its lines. `carefully`: the larger network compares too if need be."""
    if not strips:
        return Upright(image, [])
    is_rotated = run_down(strips)
    compared = choose_compared(strips)
    crops = [strips[index].cut_picture(image) for index in compared]
    turned_crops = [turn_half(crop) for crop in crops]
    texts, turned_texts = models.read(crops), models.read(turned_crops)
    if carefully and max(measure_confidence(texts), measure_confidence(turned_texts)) < SURE_CONFIDENCE:
        texts, turned_texts = models.read_carefully(crops), models.read_carefully(turned_crops)
    is_turned = measure_confidence(turned_texts) > measure_confidence(texts) + TURN_MARGIN
    known = dict(zip(compared, turned_texts if is_turned else texts, strict=True))
    if is_rotated and not is_turned and _are_vertical(crops, texts, models):
        return Upright(image, list(strips), 0, is_vertical=True, known=known)
    turned = (270 if is_rotated else 0) + (180 if is_turned else 0)
    return turn_by(image, strips, turned, known)


def choose_compared(strips: Sequence[Strip], count: int = COMPARED_LINES) -> list[int]:
    """Return the indices of the page's longest lines, by which its ways up are compared."""
    is_rotated = run_down(strips)
    return sorted(
        (index for index, strip in enumerate(strips) if strip.is_tall == is_rotated),
        key=lambda index: strips[index].length / max(1.0, strips[index].height),
        reverse=True,
    )[:count]


def turn_half(image: Image) -> Image:
    return np.ascontiguousarray(image[::-1, ::-1])


def turn_points(turned: int, size: tuple[int, int]) -> Callable[[Points], Points]:
    """Return what places points of a picture, `size` wide and high, on the picture after a turn clockwise."""
    width, height = size

    def place(points: Points) -> Points:
        x, y = points[..., 0], points[..., 1]
        pair = {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[turned]
        return np.stack(pair, axis=-1)

    return place


def turn_by(
    image: Image, strips: Sequence[Strip], degrees: int, known: dict[int, Text] | None = None
) -> Upright:
    """Return the page after a turn clockwise, with its lines."""
    turned = degrees % 360
    place = turn_points(turned, (image.shape[1], image.shape[0]))
    upright = np.ascontiguousarray(np.rot90(image, -turned // 90)) if turned else image
    return Upright(upright, [strip.move(place) for strip in strips], turned, known=known or {})


def run_down(strips: Sequence[Strip]) -> bool:
    """Whether most lines run down the page, weighted by length."""
    down = [strip.length for strip in strips if strip.is_tall]
    across = [strip.length for strip in strips if not strip.is_tall]
    return bool(down) and (not across or len(down) >= MIN_ROTATED_LINES) and sum(down) > sum(across)


def measure_confidence(texts: Sequence[Text]) -> float:
    """Return the mean confidence. A line without text has none."""
    return sum(read.confidence if read.text.strip() else 0.0 for read in texts) / len(texts)


def _are_vertical(crops: Sequence[Image], texts: Sequence[Text], models: Models) -> bool:
    """Whether lines that run down are vertical text: their signs are upright as they lie on the page.

    The network reads a line's signs lying on their side too, but not a row of lying signs one by one.
    """
    text = "".join(read.text for read in texts)
    if 2 * sum(ord(character) >= WIDE for character in text) <= len(text):
        return False
    by_sign = models.read([_set_side_by_side(crop) for crop in crops])
    likeness = [
        SequenceMatcher(None, one.text, other.text).ratio() for one, other in zip(texts, by_sign, strict=True)
    ]
    return float(np.mean(likeness)) >= MIN_SAME


def _set_side_by_side(crop: Image) -> Image:
    """Return the square pieces of a line that runs down, upright as on the page, side by side."""
    upright = np.rot90(crop, -1)
    side = upright.shape[1]
    pieces = np.array_split(upright, max(1, round(len(upright) / side)))
    shortest = min(len(piece) for piece in pieces)
    return np.ascontiguousarray(np.concatenate([piece[:shortest] for piece in pieces], axis=1))
