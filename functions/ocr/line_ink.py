"""The picture of a line as Tesseract reads it: dark on light, without pieces of the lines around it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.line_reader import Image
from ocr.strips import Strip

PAD = 0.15
"""How far the picture reaches beyond the line's strip, as a share of its height: vowels and accents may."""
BORDER = 10
"""Width of the blank frame, in pixels. Tesseract misses letters at the edge of a picture."""
MIN_INSIDE = 0.5
"""A piece of ink at the edge belongs to another line if a lesser share of its height is on this one."""
BACKGROUND = 90
"""The percentile of gray that is taken for the paper."""


def cut_padded(strip: Strip, image: Image) -> Image:
    """Return the picture of the strip and what is around it."""
    return strip.grow(PAD).cut_picture(image)


def clean(crop: Image) -> Image:
    """Return the gray picture of a padded line, framed, without the ink of the lines above and below."""
    gray = _make_gray(crop)
    height = gray.shape[0]
    margin = height * PAD / (1 + 2 * PAD)
    _, ink = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    foreign = np.zeros(count, bool)
    for number, (_, top, _, high, _) in enumerate(boxes.tolist()):
        if number and (top == 0 or top + high == height):
            inside = min(top + high, height - margin) - max(top, margin)
            foreign[number] = inside < MIN_INSIDE * high
    paper = int(np.percentile(gray, BACKGROUND))
    if foreign.any():
        near = cv2.dilate(foreign[labels].astype(np.uint8), np.ones((3, 3), np.uint8))
        gray = np.where(near > 0, np.uint8(paper), gray)
    framed = cv2.copyMakeBorder(gray, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_CONSTANT, value=paper)
    return np.asarray(framed, np.uint8)


def cut_core(crop: Image) -> Image:
    """Return the gray picture of a padded line without what is around it."""
    gray = _make_gray(crop)
    margin = round(gray.shape[0] * PAD / (1 + 2 * PAD))
    return gray[margin : gray.shape[0] - margin, margin : gray.shape[1] - margin] if margin else gray


def stack(crops: Sequence[Image]) -> Image:
    """Return the lines as one gray picture, one below the other."""
    lines = [clean(crop) for crop in crops]
    width = max(line.shape[1] for line in lines)
    return np.concatenate(
        [np.pad(line, ((0, 0), (0, width - line.shape[1])), constant_values=255) for line in lines]
    )


def _make_gray(crop: Image) -> Image:
    gray = np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), np.uint8)
    return np.asarray(255 - gray, np.uint8) if np.median(gray) < 128 else gray
