"""Pixels of the picture that was read → points of the PDF's page. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ocr.searchable.visual_order import runs_to_the_left, to_visual_order

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f: x' = a x + c y + e; y' = b x + d y + f."""
TALL = 1.5
"""A line of several characters that is higher than this many times its width runs down the page."""


@dataclass(frozen=True)
class PlacedText:
    """Text in a box of the picture, from its left to its right side along the direction of reading."""

    text: str
    start: Point
    """The box's corner at the top of the first character."""
    along: Point
    """The vector from there to the end of the text."""
    down: Point
    """The vector from there to the bottom of the first character."""


def map_to_page(
    box: tuple[float, float, float, float], rotation: int, size: tuple[int, int], turned: int
) -> Matrix:
    """Return the matrix from pixels to points.

    `box` is the part of the page that was drawn: left, bottom, right, top. `rotation` is the page's own,
    `turned` what the drawn picture was turned by, both clockwise. `size` is that of the picture as it was
    read, after both turns.
    """
    left, bottom, right, top = box
    across, up = right - left, top - bottom
    width, height = size
    turns = (rotation + turned) // 90 % 4
    if turns == 1:
        return 0, up / width, across / height, 0, left, bottom
    if turns == 2:
        return -across / width, 0, 0, up / height, right, bottom
    if turns == 3:
        return 0, -up / width, -across / height, 0, right, top
    return across / width, 0, 0, -up / height, left, top


def transform(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


def transform_vector(matrix: Matrix, vector: Point) -> Point:
    return transform((*matrix[:4], 0, 0), vector)


def place_line(line: Mapping[str, Any]) -> Iterator[PlacedText]:
    """Yield the words of a line (of a page's JSON) in their boxes, or the line if it has no words.

    A space of the line stays at the end of the word before it.
    """
    corners = [(float(x), float(y)) for x, y in line["corners"]]
    if len(corners) != 4:
        return
    text = str(line["text"])
    sides = math.dist(corners[0], corners[1]), math.dist(corners[0], corners[3])
    if len(text.strip()) > 1 and sides[1] > TALL * sides[0]:
        corners = corners[1:] + corners[:1]
    start, end, _, low = corners
    pieces = _split(text, line.get("words") or [])
    axis = 0 if abs(end[0] - start[0]) >= abs(end[1] - start[1]) else 1
    if runs_to_the_left(text):
        pieces = _turn_round(pieces, axis)
        text = " ".join(to_visual_order(word) for word in reversed(text.split()))
    whole = PlacedText(text, start, _subtract(end, start), _subtract(low, start))
    if min(sides) <= 0:
        return
    if not pieces:
        yield whole
    for piece, box in pieces:
        first, last = _project(whole, box)
        yield PlacedText(piece, _go(start, whole.along, first), _scale(whole.along, last - first), whole.down)


def _split(text: str, words: list[Any]) -> list[tuple[str, list[float]]]:
    """Return the words with the spaces after them, and their boxes. None if they are not the line's text."""
    pieces, at = [], 0
    for word in words:
        found = text.find(word["text"], at)
        if found < 0 or text[at:found].strip():
            return []
        end = found + len(word["text"])
        after = end + 1 if text[end : end + 1].isspace() else end
        pieces.append((text[found:after], word["box"]))
        at = end
    return [] if text[at:].strip() else pieces


def _turn_round(pieces: list[tuple[str, list[float]]], axis: int) -> list[tuple[str, list[float]]]:
    """Return the words of a line that runs to the left, as they are seen from its left."""
    seen = sorted(pieces, key=lambda piece: piece[1][axis])
    words = [(to_visual_order(text.strip()), box) for text, box in seen]
    return [(f"{text} ", box) for text, box in words[:-1]] + words[-1:]


def _project(whole: PlacedText, box: list[float]) -> tuple[float, float]:
    """Return where along the line the box starts and ends: 0 to 1."""
    axis = 0 if abs(whole.along[0]) >= abs(whole.along[1]) else 1
    length = whole.along[axis]
    first, last = sorted((each - whole.start[axis]) / length for each in (box[axis], box[axis + 2]))
    # A slanted word's box is longer than the word by the slant of its height.
    slant = abs(whole.down[axis] / length)
    if last - first > 2 * slant:
        first, last = (first, last - slant) if whole.down[axis] / length > 0 else (first + slant, last)
    return max(0.0, min(first, 1.0)), max(0.0, min(last, 1.0))


def _subtract(one: Point, other: Point) -> Point:
    return one[0] - other[0], one[1] - other[1]


def _scale(vector: Point, by: float) -> Point:
    return vector[0] * by, vector[1] * by


def _go(start: Point, along: Point, by: float) -> Point:
    return start[0] + along[0] * by, start[1] + along[1] * by
