"""A table's part of the page, turned level: img2table takes slanted rows for others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.layout import Region
from ocr.line_reader import Image
from ocr.lines import Box, Line, Word

MARGIN = 0.01
"""The view reaches this far beyond its region, as a share of the page's longer side. img2table does not see
lines at the edge of a picture."""
MIN_RATIO = 2
"""Minimum ratio of width to height of a line whose slant tells something."""
MIN_RULE = 0.3
"""Minimum length of a ruling line whose slant tells something, as a share of the view's width."""
WIDE = 800
"""Rules are looked for in a picture of at most this width."""
STEP = math.radians(0.1)
LEVEL = math.radians(0.1)
MAX_SLANT = math.radians(10)


@dataclass(frozen=True)
class Placed:
    """A word and its box in the view."""

    text: str
    confidence: float | None
    box: Box
    doubtful: bool = False
    """Whether the word's line is."""


@dataclass(frozen=True)
class View:
    picture: Image
    to_view: NDArray[np.float64]
    """The affine map from the page's pixels to the view's: two rows, three columns."""

    @classmethod
    def cut(cls, image: Image, region: Region) -> Self:
        """Return the view of the region."""
        margin = round(MARGIN * max(image.shape[:2]))
        left, top = max(0, region.box[0] - margin), max(0, region.box[1] - margin)
        part = image[top : region.box[3] + margin, left : region.box[2] + margin]
        height, width = part.shape[:2]
        slant = _measure_slant(part, region)
        middle = width / 2, height / 2
        turn = np.asarray(cv2.getRotationMatrix2D(middle, math.degrees(slant), 1), np.float64)
        if slant:
            size, border = (width, height), cv2.BORDER_REPLICATE
            part = np.asarray(cv2.warpAffine(part, turn, size, borderMode=border), np.uint8)
        turn[:, 2] -= turn[:, :2] @ (left, top)
        return cls(part, turn)

    def place(self, word: Word | Line, *, doubtful: bool = False) -> Placed:
        corners = np.asarray(word.corners, np.float64) @ self.to_view[:, :2].T + self.to_view[:, 2]
        return Placed(word.text, word.confidence, _enclose(corners), doubtful)

    def lay_back(self, box: Box) -> Box:
        """Return the box on the page that encloses a box of the view."""
        left, top, right, bottom = box
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
        back = cv2.invertAffineTransform(self.to_view)
        return _enclose(corners @ back[:, :2].T + back[:, 2])


def _measure_slant(part: Image, region: Region) -> float:
    """Return the angle of the rules, else of the lines of text, clockwise, in radians. 0 if level."""
    slants = _find_rules(part)
    for line in region.lines if not slants else ():
        (x, y), (end_x, end_y) = line.corners[:2]
        if end_x - x > MIN_RATIO * (line.box[3] - line.box[1]):
            slants.append(math.atan2(end_y - y, end_x - x))
    slant = median(slants) if slants else 0.0
    return slant if LEVEL < abs(slant) < MAX_SLANT else 0.0


def _find_rules(part: Image) -> list[float]:
    """Return the angles of long ruling lines across."""
    scale = min(1.0, WIDE / part.shape[1])
    gray = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    small = gray if scale == 1 else cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    length = MIN_RULE * small.shape[1]
    found = cv2.HoughLinesP(
        cv2.Canny(small, 50, 150), 1, STEP, 100, minLineLength=length, maxLineGap=length / 10
    )
    rules = [] if found is None else np.reshape(found, (-1, 4)).tolist()
    angles = [math.atan2(end_y - y, end_x - x) for x, y, end_x, end_y in rules]
    return [angle for angle in angles if abs(angle) < MAX_SLANT]


def _enclose(corners: NDArray[np.float64]) -> Box:
    left, top = (round(float(each)) for each in corners.min(axis=0))
    right, bottom = (round(float(each)) for each in corners.max(axis=0))
    return left, top, right, bottom
