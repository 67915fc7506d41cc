"""A PDF page's own text on its picture, upright: a page may be drawn on its side or upside down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ocr.frames import find_frame
from ocr.line_reader import Image
from ocr.lines import Box, Corners, Line, Word, enclose
from ocr.models import Models
from ocr.recognize import Reading
from ocr.strips import make_strip
from ocr.upright import run_down, turn_points, turn_upright


def place_own_text(image: Image, lines: Sequence[Line], models: Models) -> Reading:
    """Return the page with these lines, upright. The network reads some only if they do not run downwards."""
    size = (image.shape[1], image.shape[0])
    strips = [make_strip(np.array(line.corners, np.float32)) for line in lines]
    if not run_down(strips) and _follow_downwards([line.box for line in lines]):
        boxes = [line.box for line in lines]
        return Reading(image, 0, list(lines), boxes, find_frame([], size))
    upright = turn_upright(image, strips, models)
    placed = [_turn(line, upright.turned, size) for line in lines]
    height, width = upright.image.shape[:2]
    return Reading(
        upright.image,
        upright.turned,
        placed,
        [line.box for line in placed],
        find_frame([], (width, height)),
        upright.is_vertical,
    )


def _follow_downwards(boxes: Sequence[Box]) -> bool:
    """Whether most lines stand below the one before them."""
    steps = [other[1] + other[3] - one[1] - one[3] for one, other in pairwise(boxes)]
    return sum(step > 0 for step in steps) > sum(step < 0 for step in steps)


def _turn(line: Line, turned: int, size: tuple[int, int]) -> Line:
    words = tuple(replace(word, corners=_turn_corners(word, turned, size)) for word in line.words)
    return replace(line, corners=_turn_corners(line, turned, size), words=words)


def _turn_corners(piece: Line | Word, turned: int, size: tuple[int, int]) -> Corners:
    placed = turn_points(turned, size)(np.array(piece.corners, np.float32))
    left, top, right, bottom = enclose(tuple((round(float(x)), round(float(y))) for x, y in placed))
    return (left, top), (right, top), (right, bottom), (left, bottom)
