"""The invisible font: text in it can be searched and selected, and is not drawn.

Its glyphs are boxes, because PDF viewers highlight a selection around the glyphs. There are three, and a
document's characters are numbered as they come, so that the font takes a kilobyte and any number of scripts.
"""

from __future__ import annotations

import io
import logging
import unicodedata
from functools import lru_cache

EM = 1000
ASCENT, DESCENT = 800, 200
NAME = "Invisible"
NARROW, WIDE, NONE = 1, 2, 3
"""The glyphs, by their number in the font."""
WIDTHS = {NARROW: EM // 2, WIDE: EM, NONE: 0}
"""Chinese, Japanese and Korean characters are as wide as high, other characters about half as wide."""
MAX_CODES = 0xFFFE
"""Codes have two bytes. Further characters are left out."""
BLOCK = 100
"""Maximum number of entries of a block of a character map."""


class Glyphs:
    """The characters of one document, numbered from 1."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def encode(self, text: str) -> bytes:
        """Return the text's codes in hexadecimal digits, as a PDF's string has them."""
        codes = (self._number(character) for character in text)
        return b"".join(b"%04X" % code for code in codes if code)

    def _number(self, character: str) -> int:
        if len(self._codes) >= MAX_CODES and character not in self._codes:
            return 0
        return self._codes.setdefault(character, len(self._codes) + 1)

    def map_to_unicode(self) -> bytes:
        """Return the character map from codes to Unicode (ISO 32000, 9.10.3)."""
        entries = [
            f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>"
            for character, code in self._codes.items()
        ]
        blocks = [entries[start : start + BLOCK] for start in range(0, len(entries), BLOCK)]
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        for block in blocks:
            lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines).encode()

    def map_to_glyphs(self) -> bytes:
        """Return the glyph's number for each code, two bytes each."""
        glyphs = [0, *(choose_glyph(character) for character in self._codes)]
        return b"".join(glyph.to_bytes(2) for glyph in glyphs)

    def list_widths(self) -> bytes:
        """Return the widths that differ from the default, a narrow character's, in a PDF's syntax."""
        others = (
            (code, WIDTHS[glyph])
            for character, code in self._codes.items()
            if (glyph := choose_glyph(character)) != NARROW
        )
        return b"[" + b" ".join(b"%d [%d]" % each for each in others) + b"]"


def choose_glyph(character: str) -> int:
    if unicodedata.combining(character):
        return NONE
    return WIDE if unicodedata.east_asian_width(character) in "WF" else NARROW


def measure(text: str) -> float:
    """Return the text's width for a font size of 1."""
    return sum(WIDTHS[choose_glyph(character)] for character in text) / EM


@lru_cache(maxsize=1)
def build_font() -> bytes:
    """Return the TrueType font: three boxes."""
    from fontTools.fontBuilder import FontBuilder  # noqa: PLC0415 - needed once a document

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    builder = FontBuilder(EM, isTTF=True)
    widths = {".notdef": EM // 2} | {f"box{glyph}": width for glyph, width in WIDTHS.items()}
    builder.setupGlyphOrder(list(widths))
    builder.setupCharacterMap({})
    builder.setupGlyf({name: _draw_box(width) for name, width in widths.items()})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=-DESCENT)
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=-DESCENT, usWinAscent=ASCENT, usWinDescent=DESCENT)
    builder.setupPost()
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


def _draw_box(width: int) -> object:
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: PLC0415

    pen = TTGlyphPen(None)
    pen.moveTo((0, -DESCENT))
    for corner in ((0, ASCENT), (width, ASCENT), (width, -DESCENT)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


FONT = b"/Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H" % NAME.encode()
"""The font's dictionaries without what refers to other objects: /DescendantFonts, /ToUnicode."""
DESCENDANT = (
    b"/Type /Font /Subtype /CIDFontType2 /BaseFont /%s /DW %d "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
) % (NAME.encode(), WIDTHS[NARROW])
"""Without /FontDescriptor, /CIDToGIDMap, /W."""
DESCRIPTOR = (
    b"/Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [0 %d %d %d] /ItalicAngle 0 /Ascent %d "
    b"/Descent %d /CapHeight %d /StemV 80"
) % (NAME.encode(), -DESCENT, EM, ASCENT, ASCENT, -DESCENT, ASCENT)
"""Without /FontFile2."""
