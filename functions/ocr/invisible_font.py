"""A font of boxes, for text that can be searched and selected but is not drawn.

The characters have a shape, because PDF viewers highlight a selection around the shapes.
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
"""Chinese, Japanese and Korean characters are as wide as high, other characters about half as wide."""
ASCENT, DESCENT = 800, 200


def write_font(characters: Iterable[str], path: Path) -> None:
    """Write a TrueType font of the characters."""
    codes = sorted({ord(character) for character in characters})
    names = {code: f"u{code:06X}" for code in codes}
    order = [".notdef", *names.values()]
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    widths = {".notdef": NARROW} | {names[code]: _choose_width(chr(code)) for code in codes}
    builder.setupGlyf({name: _draw_box(widths[name]) for name in order})
    builder.setupHorizontalMetrics({name: (widths[name], 0) for name in order})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=-DESCENT)
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=-DESCENT, usWinAscent=ASCENT, usWinDescent=DESCENT)
    builder.setupPost()
    builder.save(path)


def _choose_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return WIDE if unicodedata.east_asian_width(character) in "WF" else NARROW


def _draw_box(width: int) -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, -DESCENT))
    pen.lineTo((0, ASCENT))
    pen.lineTo((width, ASCENT))
    pen.lineTo((width, -DESCENT))
    pen.closePath()
    return pen.glyph()
