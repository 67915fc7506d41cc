"""A font of blank boxes: its characters have sizes and meanings, for text that is found and not seen.

Boxes, and not nothing, because readers mark a selection around the characters' shapes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

NAME = "Invisible"
EM = 1000
WIDE, NARROW = EM, EM // 2
"""Chinese, Japanese and Korean characters are as wide as they are high; others about half."""
ASCENT, DESCENT = 800, 200


def write_font(characters: Iterable[str], path: Path) -> None:
    """A TrueType font of the characters."""
    codes = sorted({ord(character) for character in characters})
    names = {code: f"u{code:06X}" for code in codes}
    order = [".notdef", *names.values()]
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    widths = {".notdef": NARROW} | {names[code]: _width(chr(code)) for code in codes}
    builder.setupGlyf({name: _box(widths[name]) for name in order})
    builder.setupHorizontalMetrics({name: (widths[name], 0) for name in order})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=-DESCENT)
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=-DESCENT, usWinAscent=ASCENT, usWinDescent=DESCENT)
    builder.setupPost()
    builder.save(path)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return WIDE if unicodedata.east_asian_width(character) in "WF" else NARROW


def _box(width: int) -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, -DESCENT))
    pen.lineTo((0, ASCENT))
    pen.lineTo((width, ASCENT))
    pen.lineTo((width, -DESCENT))
    pen.closePath()
    return pen.glyph()
