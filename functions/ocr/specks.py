"""Specks: single pixels that differ from all around them, as in a bad copy or fax. Pure."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.line_reader import Image

MIN_CONTRAST = 80
"""Minimum difference of a speck's gray from each of the eight pixels around it."""
MAX_SHARE = 0.002
"""Maximum share of specks in a clean page."""
AROUND = np.array([(1, 1, 1), (1, 0, 1), (1, 1, 1)], np.uint8)


def remove_specks(image: Image) -> Image:
    """Return the picture without its specks, or itself if there are few."""
    return np.asarray(cv2.medianBlur(image, 3)) if measure_specks(image) > MAX_SHARE else image


def measure_specks(image: Image) -> float:
    """Return the share of the picture's pixels that are specks."""
    gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    darkest, lightest = cv2.erode(gray, AROUND), cv2.dilate(gray, AROUND)
    specks = (cv2.subtract(darkest, gray) > MIN_CONTRAST) | (cv2.subtract(gray, lightest) > MIN_CONTRAST)
    return float(np.mean(specks))
