"""A PDF page's own text in place of what would be read: upright, and checked against the picture."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from statistics import median

import numpy as np

from documents.text_layer import OwnLine
from ocr.frames import find_frame
from ocr.line_reader import Image
from ocr.lines import Corners, Line, Word
from ocr.models import Models
from ocr.own_text import place_own_text
from ocr.recognize import Reading
from ocr.strips import make_strip
from ocr.upright import turn_points

CHECKED_LINES = 3
CHECKED_LENGTH = (12, 80)
"""How long the lines are that are read for the check."""
SAME = 0.7
"""Minimum similarity of what is read and the page's own text. Measured: sound text 0.95 to 1, other below
0.4."""
PADDING = 0.15
"""A line's box reaches this far beyond its glyphs, as a share of its height."""


def read_own_text(image: Image, own: Iterable[OwnLine], models: Models, *, check: bool) -> Reading | None:
    """Return the page with its own text, upright.

    With `check`, None if the networks read something else on the picture.
    """
    lines = [_make_line(line) for line in own]
    turned = 90 * _find_turn(lines)
    if turned:
        size = image.shape[1], image.shape[0]
        image = np.ascontiguousarray(np.rot90(image, -turned // 90))
        lines = [_turn_line(line, size, turned) for line in lines]
    if check and not _reads_the_same(image, lines, models):
        return None
    if not turned:
        return place_own_text(image, lines, models)
    height, width = image.shape[:2]
    return Reading(image, turned, lines, [line.box for line in lines], find_frame([], (width, height)))


def _make_line(line: OwnLine) -> Line:
    words = tuple(Word(word["text"], None, _to_corners(word["corners"])) for word in line["words"])
    return Line(line["text"], None, _to_corners(line["corners"]), words)


def _to_corners(points: Iterable[Sequence[int]]) -> Corners:
    return tuple((int(x), int(y)) for x, y in points)


def _find_turn(lines: Iterable[Line]) -> int:
    """Return the quarter turns counterclockwise of most of the text."""
    turns: Counter[int] = Counter()
    for line in lines:
        (x, y), (end_x, end_y) = line.corners[:2]
        across, up = end_x - x, y - end_y
        turn = (0 if across >= 0 else 2) if abs(across) >= abs(up) else (1 if up > 0 else 3)
        turns[turn] += len(line.text)
    return turns.most_common(1)[0][0] if turns else 0


def _turn_line(line: Line, size: tuple[int, int], turned: int) -> Line:
    words = tuple(
        Word(word.text, word.confidence, _turn_corners(word.corners, size, turned)) for word in line.words
    )
    return Line(line.text, line.confidence, _turn_corners(line.corners, size, turned), words)


def _turn_corners(corners: Corners, size: tuple[int, int], turned: int) -> Corners:
    """Return the corners after the picture of `size` was turned clockwise."""
    return _to_corners(turn_points(turned, size)(np.array(corners)))


def _reads_the_same(image: Image, lines: Iterable[Line], models: Models) -> bool:
    """Whether some long lines say on the picture what they say in the PDF.

    True if the networks lack the script.
    """
    shortest, longest = CHECKED_LENGTH
    known = [line for line in lines if shortest <= len(line.text) <= longest and _is_known(line.text)]
    chosen = sorted(known, key=lambda line: -len(line.text))[:CHECKED_LINES]
    if not chosen:
        return True
    crops = [make_strip(_pad(line.corners)).cut_picture(image) for line in chosen]
    # The quick network misreads Japanese.
    is_plain = all(line.text.isascii() for line in chosen)
    read = models.read(crops) if is_plain else models.read_carefully(crops)
    pairs = zip(chosen, read, strict=True)
    return median(_compare(line.text, found.text) for line, found in pairs) >= SAME


def _is_known(text: str) -> bool:
    """Whether the networks have most of the text's letters."""
    letters = [each for each in text if each.isalpha()]
    known = sum(
        unicodedata.name(each, "").startswith(("LATIN", "CJK", "HIRAGANA", "KATAKANA")) for each in letters
    )
    return bool(letters) and known > 0.9 * len(letters)


def _compare(one: str, other: str) -> float:
    """Return how alike the texts' letters and digits are: 0 to 1."""
    first, second = (
        "".join(each for each in unicodedata.normalize("NFKC", text).lower() if each.isalnum())
        for text in (one, other)
    )
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _pad(corners: Corners) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    start, end, _, low = (np.array(corner, np.float32) for corner in corners)
    down = (low - start) * PADDING
    along = (end - start) / max(1.0, float(np.linalg.norm(end - start))) * float(np.linalg.norm(down))
    return np.array(
        [start - down - along, end - down + along, end + (low - start) + down + along, low + down - along],
        np.float32,
    )
