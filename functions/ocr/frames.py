"""The frame of a page in which its lines are level. Points go there and back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from ocr.line_reader import Image
from ocr.strips import Points, Strip

MIN_SLANT = 0.3
"""A page is level if its lines are turned by fewer degrees."""
MAX_SLANT = 20.0
"""Lines turned by more degrees are no sign of a slanted page."""
MIN_RATIO = 5.0
"""Minimum ratio of length to height of a line that tells how the page is slanted."""


@dataclass(frozen=True)
class Frame:
    matrix: Points
    """From the page to the frame: shape (2, 3)."""
    size: tuple[int, int]
    """Width and height of the frame, in pixels."""

    @property
    def is_level(self) -> bool:
        return bool(np.array_equal(self.matrix, np.eye(2, 3)))

    def place(self, points: Points) -> Points:
        """Return the points of the page in the frame."""
        return np.asarray(points @ self.matrix[:, :2].T + self.matrix[:, 2], np.float32)

    def lay_back(self, points: Points) -> Points:
        """Return the points of the frame on the page."""
        return np.asarray((points - self.matrix[:, 2]) @ np.linalg.inv(self.matrix[:, :2]).T, np.float32)

    def view(self, image: Image) -> Image:
        """Return the page's picture in the frame."""
        if self.is_level:
            return image
        matrix = self.matrix.astype(np.float64)
        return np.asarray(cv2.warpAffine(image, matrix, self.size, borderMode=cv2.BORDER_REPLICATE))


def find_frame(strips: Sequence[Strip], size: tuple[int, int]) -> Frame:
    """Return the frame in which the lines are level. `size` is the page's width and height."""
    slant = measure_slant(strips)
    if abs(slant) < MIN_SLANT:
        return Frame(np.eye(2, 3, dtype=np.float32), size)
    width, height = size
    turn = np.deg2rad(-slant)
    cos, sin = np.cos(turn), np.sin(turn)
    wide, high = (round(abs(cos) * a + abs(sin) * b) for a, b in ((width, height), (height, width)))
    rotation = np.array([(cos, -sin), (sin, cos)])
    shift = np.array([wide / 2, high / 2]) - rotation @ np.array([width / 2, height / 2])
    return Frame(np.column_stack([rotation, shift]).astype(np.float32), (wide, high))


def measure_slant(strips: Sequence[Strip]) -> float:
    """Return by how many degrees clockwise the lines are turned, as most of their length is."""
    long = [strip for strip in strips if strip.length >= MIN_RATIO * strip.height]
    angles = sorted((float(np.degrees(np.arctan(strip.slope))), strip.length) for strip in long)
    angles = [(angle, length) for angle, length in angles if abs(angle) <= MAX_SLANT]
    half, passed = sum(length for _, length in angles) / 2, 0.0
    for angle, length in angles:
        passed += length
        if passed >= half:
            return angle
    return 0.0


def measure_height(strips: Sequence[Strip]) -> float:
    """Return the median height of the lines, or 0 if there is none."""
    return median(strip.height for strip in strips) if strips else 0.0
