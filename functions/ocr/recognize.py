"""Pixels → lines of text, and the upright picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.crops import MIN_TALL_RATIO, cut_line, lay_words, to_corners
from ocr.doubts import find_doubts
from ocr.line_reader import Image, Text
from ocr.lines import Line
from ocr.models import Models, Quads

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
    crops = [cut_line(image, quad) for quad in quads]
    if not crops:
        return Reading(image, turned, [], tuple(find_doubts([])))
    flipped = models.detect_upside_down(crops)
    known, turned_known = _read_longest_both_ways(crops, models)
    if _confidence(turned_known) > _confidence(known) + TURN_MARGIN:
        known = turned_known
        crops, flipped = [_turn_half(crop) for crop in crops], [not each for each in flipped]
        image, quads = _turn_half(image), _turn_quads_half(quads, image.shape[:2])
        turned = (turned + 180) % 360
    check_budget()
    texts, flipped = _read_texts(crops, flipped, known, models, check_budget)
    doubts = find_doubts(
        [(read.text, read.confidence, _ratio(crop)) for read, crop in zip(texts, crops, strict=True)]
    )
    lines = [
        Line(
            " ".join(read.text.split()),
            read.confidence,
            to_corners(quad),
            lay_words(quad, read.spans, turned=was_turned),
        )
        for quad, read, was_turned in zip(quads, texts, flipped, strict=True)
        if read.text.strip()
    ]
    return Reading(image, turned, lines, tuple(doubts))


def _read_texts(
    crops: list[Image],
    flipped: list[bool],
    known: Mapping[int, Text],
    models: Models,
    check_budget: Callable[[], None],
) -> tuple[list[Text], list[bool]]:
    """Return the texts of all lines, and whether each was read upside down. Does not read `known` again.

    A line that looks upside down may be read both ways.
    """
    texts = dict(known)
    unread = [index for index in range(len(crops)) if index not in known]
    for start in range(0, len(unread), BATCH_LINES):
        some = unread[start : start + BATCH_LINES]
        texts |= zip(some, models.read([crops[index] for index in some]), strict=True)
        check_budget()
    found = [texts[index] for index in range(len(crops))]
    was_turned = [False] * len(crops)
    for index, was in enumerate(flipped):
        if was and found[index].confidence < SURE_CONFIDENCE:
            (turned,) = models.read([_turn_half(crops[index])])
            if turned.confidence > found[index].confidence:
                found[index], was_turned[index] = turned, True
            check_budget()
    return found, was_turned


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


def _read_longest_both_ways(crops: list[Image], models: Models) -> tuple[dict[int, Text], dict[int, Text]]:
    """Return the texts of the longest lines by their index: as they are, and turned by 180 degrees.

    A page is upside down if the turned lines are read with more confidence. The network that judges a line by
    its look (`detect_upside_down`) errs on a quarter of pages of few lines.
    """
    longest = sorted(range(len(crops)), key=lambda index: _ratio(crops[index]), reverse=True)[:COMPARED_LINES]
    as_they_are = models.read([crops[index] for index in longest])
    turned = models.read([_turn_half(crops[index]) for index in longest])
    return dict(zip(longest, as_they_are, strict=True)), dict(zip(longest, turned, strict=True))


def _confidence(texts: Mapping[int, Text]) -> float:
    return sum(read.confidence if read.text.strip() else 0.0 for read in texts.values()) / len(texts)


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
