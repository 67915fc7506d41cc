"""The small labels of figures: they are looked for again in a larger picture of the figure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import cv2
import numpy as np

from ocr.line_reader import Image, Text
from ocr.lines import Box, Corners, Line, enclose
from ocr.models import Models
from ocr.network_reading import Check, read_doubtful, read_quickly
from ocr.page_layout import place_corners
from ocr.recognize import SIDE, Reading
from ocr.regions import Found, measure_overlap
from ocr.strips import Strip
from ocr.upright import turn_half

SCALE = 1.5
"""The scale of the larger picture. Labels of 16 pixels are found in it."""
MIN_GAIN = 1.2
"""A figure is not looked at again if its picture is not larger by this factor than at first."""
MAX_PIXELS = 1_200_000
"""Maximum size of the larger picture: that of the whole page at first."""
MAX_SHARE = 0.5
"""A figure that covers more of the page is a slide, a screenshot or a photo."""
HEIGHT_RATIOS = (0.6, 2.0)
"""Limits of the height of a label, over the usual one: drawings are often taken for large letters, and tips
of arrows for small ones."""
MIN_CONFIDENCE = 0.8
"""Minimum confidence of a label. Measured: 0.81 and more, but pieces of drawings 0.76 and less."""
MAX_KNOWN = 0.3
"""A line that overlaps a known one by more is no new one, as a share of the smaller box."""


def add_labels(reading: Reading, found: Sequence[Found], models: Models, check: Check) -> Reading:
    """Return the reading with the labels that were too small to be found at first.

    `found` are the layout network's regions. A figure without any text is not looked at again. Calls `check`
    between steps. Raises what `check` raises.
    """
    view = reading.frame.view(reading.image)
    lines, places = list(reading.lines), list(reading.places)
    shapes = [place_corners(line.corners, reading) for line in lines]
    for kind, _, box in found:
        if kind != "figure":
            continue
        figure = _clip(box, view)
        known = [shape for shape in shapes if measure_overlap(enclose(shape), figure) > MAX_KNOWN]
        if not known or not (scale := _choose_scale(figure, view)):
            continue
        check()
        usual = median(map(_measure_height, known))
        least, most = (ratio * usual for ratio in HEIGHT_RATIOS)
        strips = [
            strip
            for strip in _find_strips(view, figure, scale, models)
            if least <= strip.height <= most and not any(_are_same(strip.corners, other) for other in shapes)
        ]
        for strip, text in _read(view, strips, models, check):
            on_page = strip.move(reading.frame.lay_back)
            words = on_page.lay_words(text.spans)
            lines.append(Line(" ".join(text.text.split()), text.confidence, on_page.corners, words))
            places.append(strip.level_box)
            shapes.append(strip.corners)
    return replace(reading, lines=lines, places=places)


def _clip(box: tuple[float, float, float, float], view: Image) -> Box:
    height, width = view.shape[:2]
    left, top = (max(0, math.floor(side)) for side in box[:2])
    return left, top, min(width, math.ceil(box[2])), min(height, math.ceil(box[3]))


def _choose_scale(figure: Box, view: Image) -> float | None:
    """Return the scale of the larger picture; None if the figure need not be looked at again."""
    left, top, right, bottom = figure
    area = (right - left) * (bottom - top)
    if not 0 < area <= MAX_SHARE * view.shape[0] * view.shape[1]:
        return None
    first = min(1.0, SIDE / max(view.shape[:2]))
    scale = min(SCALE, math.sqrt(MAX_PIXELS / area))
    return scale if scale >= MIN_GAIN * first else None


def _find_strips(view: Image, figure: Box, scale: float, models: Models) -> list[Strip]:
    left, top, right, bottom = figure
    corner = np.array([left, top], np.float32)
    found = models.find_labels(view[top:bottom, left:right], scale)
    return [strip.move(lambda points: points + corner) for strip in found]


def _are_same(one: Corners, other: Corners) -> bool:
    """Whether the shapes overlap. The boxes of slanted labels side by side do, and their shapes do not."""
    if not measure_overlap(enclose(one), enclose(other)):
        return False
    first, second = (cv2.convexHull(np.array(each, np.float32)) for each in (one, other))
    common, _ = cv2.intersectConvexConvex(first, second)
    return bool(common > MAX_KNOWN * max(1.0, min(cv2.contourArea(first), cv2.contourArea(second))))


def _measure_height(shape: Corners) -> float:
    """Return the height of a line, which may be slanted."""
    start, end, _, below = shape
    return min(math.dist(start, end), math.dist(start, below))


def _read(view: Image, strips: Sequence[Strip], models: Models, check: Check) -> Iterator[tuple[Strip, Text]]:
    """Yield the labels and what they say, without the doubtful."""
    crops = [strip.cut_picture(view) for strip in strips]
    texts, turned = read_quickly(strips, crops, {}, models, check)
    crops = [turn_half(crop) if was else crop for crop, was in zip(crops, turned, strict=True)]
    texts = read_doubtful(texts, crops, models, check, "best")
    for strip, text, was in zip(strips, texts, turned, strict=True):
        if text.confidence >= MIN_CONFIDENCE and any(map(str.isalnum, text.text)):
            yield (strip.turn() if was else strip), text
