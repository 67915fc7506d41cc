"""Whether a PDF page's own text may be taken for what is seen on the page. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from documents.text_layer import OwnLine, OwnText

MIN_CHARACTERS = 16
"""Minimum length of a page's text. A shorter one is a stamp or a page number on a picture."""
MAX_UNKNOWN = 0.1
MAX_UNKNOWN_SOUND = 0.02
"""Maximum share of characters without a meaning in Unicode."""
MAX_UNMAPPED = 0.05
"""Maximum share of characters whose meaning PDFium guesses."""
MIN_LATIN = 60
VOWELS = frozenset("aeiouy")
VOWEL_SHARE = (0.2, 0.62)
"""The share of vowels among at least MIN_LATIN Latin letters. Text in another encoding lies outside."""
MAX_BACKWARD = 0.1
"""Maximum share of words that stand before the word that they follow, among scripts that run to the right."""
MAX_DOUBLED = 0.2
"""Maximum share of lines that lie on another line."""
GRID = 32
"""The page is divided into this many columns and rows to find what pictures cover."""
MAX_PICTURE = 0.4
"""A page is a scan if pictures without text on them cover more than this share of it."""
MAX_LINES = 1500
"""More lines than any page has that people read. The page is read from its picture."""


def is_useful(own: OwnText, size: tuple[int, int]) -> bool:  # noqa: ARG001 - as is_sound
    """Whether there is text with a meaning."""
    return _is_long(own, MAX_UNKNOWN)


def is_sound(own: OwnText, size: tuple[int, int]) -> bool:
    """Whether there is text, in order and in plausible letters, and no picture that may hold other text."""
    return (
        _is_long(own, MAX_UNKNOWN_SOUND)
        and own.unmapped <= MAX_UNMAPPED
        and len(own.lines) <= MAX_LINES
        and _has_plausible_letters(own.lines)
        and _is_in_order(own.lines)
        and _count_doubled(own.lines) <= MAX_DOUBLED * len(own.lines)
        and (any(line["hidden"] for line in own.lines) or _find_bare_share(own, size) <= MAX_PICTURE)
    )


def _is_long(own: OwnText, max_unknown: float) -> bool:
    characters = [each for line in own.lines for each in line["text"] if not each.isspace()]
    # Fonts without a map to Unicode give controls, private use characters and U+FFFD.
    unknown = sum(not each.isprintable() or each == "\ufffd" for each in characters)
    return len(characters) >= MIN_CHARACTERS and unknown <= max_unknown * len(characters)


def _has_plausible_letters(lines: Iterable[OwnLine]) -> bool:
    text = unicodedata.normalize("NFD", "".join(line["text"] for line in lines)).lower()
    latin = [each for each in text if "a" <= each <= "z"]
    share = sum(each in VOWELS for each in latin) / max(1, len(latin))
    return len(latin) < MIN_LATIN or VOWEL_SHARE[0] <= share <= VOWEL_SHARE[1]


def _is_in_order(lines: Iterable[OwnLine]) -> bool:
    """Whether words follow each other in the direction of their line. Right-to-left text is not looked at."""
    pairs = backward = 0
    for line in lines:
        if any(unicodedata.bidirectional(each) in ("R", "AL") for each in line["text"]):
            continue
        (x, y), (end_x, end_y) = line["corners"][:2]
        starts = [
            (word["corners"][0][0] - x) * (end_x - x) + (word["corners"][0][1] - y) * (end_y - y)
            for word in line["words"]
        ]
        pairs += max(0, len(starts) - 1)
        backward += sum(other < one for one, other in pairwise(starts))
    return backward <= MAX_BACKWARD * pairs


def _count_doubled(lines: Sequence[OwnLine]) -> int:
    """Return the number of lines whose middle lies in a line before."""
    boxes = [_enclose(line["corners"]) for line in lines]
    return sum(
        any(_has_middle(other, box) and _has_middle(box, other) for other in boxes[:index])
        for index, box in enumerate(boxes)
    )


def _find_bare_share(own: OwnText, size: tuple[int, int]) -> float:
    """Return the share of the page that pictures cover and text does not touch, nor its neighbourhood."""
    covered = {cell for box in own.pictures for cell in _list_cells(box, size)}
    if not covered:
        return 0.0
    written = {cell for line in own.lines for cell in _list_cells(_enclose(line["corners"]), size)}
    near = {(column + x, row + y) for column, row in written for x in (-1, 0, 1) for y in (-1, 0, 1)}
    return len(covered - near) / GRID**2


def _list_cells(box: Sequence[float], size: tuple[int, int]) -> Iterable[tuple[int, int]]:
    left, right = (min(GRID, max(0, int(each / size[0] * GRID))) for each in (box[0], box[2]))
    top, bottom = (min(GRID, max(0, int(each / size[1] * GRID))) for each in (box[1], box[3]))
    return (
        (column, row)
        for column in range(left, min(GRID, right + 1))
        for row in range(top, min(GRID, bottom + 1))
    )


def _has_middle(box: Sequence[float], other: Sequence[float]) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] < x < box[2] and box[1] < y < box[3]


def _enclose(corners: Iterable[Sequence[int]]) -> tuple[int, int, int, int]:
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
