"""A network that finds lines of text: a page's picture → strips, from its map of where text is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ocr.bends import find_bend
from ocr.line_reader import Floats, Image, open_network
from ocr.strips import Points, Strip, make_strip

STEP = 32
"""The network takes sides that are multiples of this."""
MIN_TEXT = 0.3
"""Minimum value of a pixel of text in the map."""
MIN_CONFIDENCE = 0.5
"""Minimum mean value of a line's strip in the map."""
MIN_HEIGHT = 3
"""Minimum height of a line's shape in the map, in pixels."""
GROWTH = 1.6
"""The network marks the core of a line. A line is higher and longer than its core by this share of the core's
area over the sum of its sides."""
KERNEL = np.ones((2, 2), np.uint8)


class LineFinder:
    def __init__(self, path: Path, threads: int) -> None:
        self._session = open_network(path, threads)
        self._input = self._session.get_inputs()[0].name

    def find(self, image: Image, scale: float) -> list[Strip]:
        """Return the lines of text, from top to bottom. Looks at the picture in this scale."""
        height, width = image.shape[:2]
        across, down = (max(STEP, round(side * scale / STEP) * STEP) for side in (width, height))
        scaled = cv2.resize(image, (across, down), interpolation=cv2.INTER_AREA)
        pixels = scaled.transpose(2, 0, 1)[np.newaxis].astype(np.float32) / np.float32(127.5) - 1
        (found,) = self._session.run(None, {self._input: pixels})
        ratio = np.array([width / across, height / down], np.float32)
        last = np.array([width - 1, height - 1], np.float32)
        strips = [
            strip.move(lambda points: (points * ratio).clip(0, last)) for strip in find_strips(found[0, 0])
        ]
        return sorted(strips, key=lambda strip: float(strip.edges[..., 1].min()))


def find_strips(marked: Floats) -> list[Strip]:
    """Return the lines in the network's map."""
    mask = cv2.dilate((marked > MIN_TEXT).astype(np.uint8), KERNEL)
    shapes, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    strips = []
    for shape in shapes:
        center, sides, angle = cv2.minAreaRect(shape)
        if min(sides) < MIN_HEIGHT:
            continue
        bend = find_bend(shape, (center, sides, angle))
        if bend is not None:
            core = np.concatenate([bend[0], bend[1][::-1]])
            if _mean_within(marked, core) >= MIN_CONFIDENCE:
                strips.append(Strip(_grow(bend)))
        elif _mean_within(marked, cv2.boxPoints((center, sides, angle))) >= MIN_CONFIDENCE:
            growth = GROWTH * sides[0] * sides[1] / (sides[0] + sides[1])
            grown = (sides[0] + growth, sides[1] + growth)
            strips.append(make_strip(_sort_corners(cv2.boxPoints((center, grown, angle)))))
    return strips


def _grow(edges: Points) -> Points:
    """Return the edges of a line from those of its core."""
    down = edges[1] - edges[0]
    height = float(np.linalg.norm(down, axis=1).mean())
    length = float(np.linalg.norm(edges[:, -1] - edges[:, 0], axis=1).mean())
    growth = GROWTH * length * height / (length + height) / 2
    across = np.gradient(edges.mean(axis=0), axis=0)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    down = down / np.linalg.norm(down, axis=1, keepdims=True) * growth
    grown = np.stack([edges[0] - down, edges[1] + down])
    grown[:, 0] -= across[0] * growth
    grown[:, -1] += across[-1] * growth
    return np.asarray(grown, np.float32)


def _mean_within(marked: Floats, corners: np.ndarray[Any, Any]) -> float:
    """Return the mean of the map within a polygon."""
    height, width = marked.shape
    left, top = np.floor(corners.min(axis=0)).clip(0, (width - 1, height - 1)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).clip(0, (width - 1, height - 1)).astype(int)
    inside = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(inside, (corners - (left, top)).reshape(1, -1, 2).astype(np.int32), 1)
    return float(cv2.mean(marked[top : bottom + 1, left : right + 1], inside)[0])


def _sort_corners(corners: np.ndarray[Any, Any]) -> Points:
    """Return the corners clockwise from the top left: the left two are those with the smaller x."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    (top_left, bottom_left), (top_right, bottom_right) = (
        pair[np.argsort(pair[:, 1], kind="stable")] for pair in (by_x[:2], by_x[2:])
    )
    return np.array([top_left, top_right, bottom_right, bottom_left], np.float32)
