"""The lines of a page as operators of a PDF's page: invisible text, each word in its box. Pure."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from ocr.searchable.glyphs import ASCENT, DESCENT, EM, Glyphs, measure
from ocr.searchable.placing import Matrix, PlacedText, place_line, transform, transform_vector

BELOW = DESCENT / (ASCENT + DESCENT)
"""How far the baseline is above the bottom of the box, as a share of its height."""
LARGEST = 1e5
"""Points. What is further away is on no page."""


def write_lines(lines: Iterable[Mapping[str, Any]], matrix: Matrix, font: str, glyphs: Glyphs) -> bytes:
    """Return the operators, or nothing if there is no text. `matrix` maps a line's pixels to points."""
    written = [operator for line in lines if (operator := _write_line(line, matrix, glyphs))]
    if not written:
        return b""
    return b"q BT 3 Tr /%s 1 Tf\n%s\nET Q\n" % (font.encode(), b"\n".join(written))


def _write_line(line: Mapping[str, Any], matrix: Matrix, glyphs: Glyphs) -> bytes:
    return b" ".join(operator for word in place_line(line) if (operator := _write_word(word, matrix, glyphs)))


def _write_word(word: PlacedText, matrix: Matrix, glyphs: Glyphs) -> bytes:
    text = strip_unprintable(word.text)
    wide = measure(text.rstrip()) or measure(text)
    along, up = transform_vector(matrix, word.along), transform_vector(matrix, word.down)
    up = -up[0], -up[1]
    if not text.strip() or not wide or min(math.hypot(*along), math.hypot(*up)) <= 0:
        return b""
    x, y = transform(matrix, word.start)
    share = 1 - BELOW
    x, y = x - up[0] * share, y - up[1] * share
    high = EM / (ASCENT + DESCENT)
    numbers = along[0] / wide, along[1] / wide, up[0] * high, up[1] * high, x, y
    if not all(math.isfinite(each) and abs(each) < LARGEST for each in numbers):
        return b""
    return b"%s Tm <%s> Tj" % (b" ".join(_format(each) for each in numbers), glyphs.encode(text))


def _format(number: float) -> bytes:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return b"0" if text == "-0" else text.encode()


def strip_unprintable(text: str) -> str:
    """Return the text without what a PDF's text can't have: controls, surrogates, unassigned characters.

    Each space is a plain one. A single one stays at the end: it parts the word from the next.
    """
    printable = "".join(
        " " if each.isspace() else each
        for each in text
        if each.isspace() or unicodedata.category(each) not in ("Cc", "Cs", "Cn")
    )
    return printable.strip() + (" " if printable[-1:] == " " else "")
