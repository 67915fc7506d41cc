"""A PDF page's own text, read by PDFium: its lines and words, and their boxes on the drawn page."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

import pypdfium2
import pypdfium2.raw as pdfium_c

from documents.pictures import list_pictures

HYPHEN = 0x02
"""PDFium's code for a hyphen and the line break after it. The word continues on the next line."""
MAX_CHARACTERS = 100_000
"""More than any page that people read. The rest is dropped."""
MAX_GAP = 2.0
"""A line ends at a gap that is wider than this many heights: what follows is in another column."""
CANVAS = 1 << 20
"""PDFium maps points to whole pixels. On a canvas of this side, rounding does not matter."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Corners = list[tuple[int, int]]
"""The corners of a box on the drawn page, in pixels, clockwise from the top of the first character."""


class OwnWord(TypedDict):
    text: str
    corners: Corners


class OwnLine(TypedDict):
    text: str
    corners: Corners
    words: list[OwnWord]
    hidden: bool
    """Whether the text is there, but not drawn: the text of an earlier OCR."""


class OwnText(NamedTuple):
    lines: list[OwnLine]
    """In the order of the PDF."""
    unmapped: float
    """The share of characters that their font does not map to Unicode: 0 to 1. PDFium guesses those."""
    pictures: list[Box]
    """Where the page has pictures, in pixels of the drawn page."""


NOTHING = OwnText([], 0.0, [])


@dataclass(frozen=True)
class _Character:
    text: str
    box: Box
    turn: int
    """The quarter turns of the text's direction, counterclockwise."""
    hidden: bool

    @property
    def height(self) -> float:
        axis = 0 if self.turn % 2 == 0 else 1
        return self.box[3 - axis] - self.box[1 - axis]


def extract_text(page: pypdfium2.PdfPage, size: tuple[int, int]) -> OwnText:
    """Return the page's own text. `size` is the drawn page's, in pixels."""
    textpage = page.get_textpage()
    try:
        count = min(textpage.count_chars(), MAX_CHARACTERS)
        mapping = _Mapping(page, size)
        rows = _list_rows(textpage, count, mapping)
        lines = [line for row in rows for part in _split_at_gaps(row) if (line := _make_line(part, size))]
        unmapped = sum(pdfium_c.FPDFText_HasUnicodeMapError(textpage, index) == 1 for index in range(count))
        pictures = [mapping.map_box(*box) for box in list_pictures(page)]
        return OwnText(lines, unmapped / count if count else 0.0, pictures)
    finally:
        textpage.close()


class _Mapping:
    """From points of the page to pixels of the drawn page, after the page's rotation."""

    def __init__(self, page: pypdfium2.PdfPage, size: tuple[int, int]) -> None:
        origin, right, up = (_to_canvas(page, x, y) for x, y in ((0, 0), (1000, 0), (0, 1000)))
        across, down = size[0] / CANVAS, size[1] / CANVAS
        self._origin = origin[0] * across, origin[1] * down
        self._x = (right[0] - origin[0]) / 1000 * across, (right[1] - origin[1]) / 1000 * down
        self._y = (up[0] - origin[0]) / 1000 * across, (up[1] - origin[1]) / 1000 * down
        self.turns = round(math.atan2(-self._x[1], self._x[0]) / (math.pi / 2)) % 4
        """The quarter turns counterclockwise of what is level on the page."""

    def map_box(self, left: float, bottom: float, right: float, top: float) -> Box:
        xs, ys = zip(*(self._map(x, y) for x, y in ((left, bottom), (right, top))), strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _map(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._origin[0] + x * self._x[0] + y * self._y[0],
            self._origin[1] + x * self._x[1] + y * self._y[1],
        )


def _to_canvas(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, CANVAS, CANVAS, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value, down.value


def _list_rows(
    textpage: pypdfium2.PdfTextPage, count: int, mapping: _Mapping
) -> Iterator[list[_Character | None]]:
    """Yield the characters of each line of PDFium's. None is a space."""
    row: list[_Character | None] = []
    for index in range(count):
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        if code in (0x0A, 0x0D):
            yield row
            row = []
        elif (text := "-" if code == HYPHEN else _decode(code)).isspace():
            row.append(None)
        elif text:
            row.append(_read_character(textpage, index, text, mapping))
            if code == HYPHEN:
                yield row
                row = []
    yield row


def _read_character(
    textpage: pypdfium2.PdfTextPage, index: int, text: str, mapping: _Mapping
) -> _Character | None:
    """Return the character, or None for one that has no place: PDFium's own hyphens."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not pdfium_c.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
        return None
    angle = pdfium_c.FPDFText_GetCharAngle(textpage, index)
    turn = -round(angle / (math.pi / 2)) % 4 if math.isfinite(angle) else 0  # PDFium counts clockwise
    item = pdfium_c.FPDFText_GetTextObject(textpage, index)
    hidden = item and pdfium_c.FPDFTextObj_GetTextRenderMode(item) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
    box = mapping.map_box(left.value, bottom.value, right.value, top.value)
    return _Character(text, box, (turn + mapping.turns) % 4, bool(hidden))


def _decode(code: int) -> str:
    """Return the character, or nothing for controls and surrogates."""
    return chr(code) if 0x20 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF else ""


def _split_at_gaps(row: Sequence[_Character | None]) -> Iterator[list[list[_Character]]]:
    """Yield the words of each part of the row. A part ends where a gap is wide, or where the text turns."""
    high = max((each.height for each in row if each), default=0.0)
    words: list[list[_Character]] = [[]]
    last: _Character | None = None
    for character in row:
        if character is None:
            words.append([])
            continue
        if last and not _are_together(last, character, MAX_GAP * max(high, 1.0)):
            yield [word for word in words if word]
            words = [[]]
        words[-1].append(character)
        last = character
    yield [word for word in words if word]


def _are_together(one: _Character, other: _Character, max_gap: float) -> bool:
    if (one.turn, one.hidden) != (other.turn, other.hidden):
        return False
    axis = 0 if one.turn % 2 == 0 else 1
    return max(other.box[axis] - one.box[axis + 2], one.box[axis] - other.box[axis + 2]) <= max_gap


def _make_line(words: list[list[_Character]], size: tuple[int, int]) -> OwnLine | None:
    """Return the line, or None if nothing of it is on the page."""
    characters = [character for word in words for character in word]
    if not characters:
        return None
    whole = _enclose(character.box for character in characters)
    if whole[0] >= size[0] or whole[1] >= size[1] or whole[2] <= 0 or whole[3] <= 0:
        return None
    turn = characters[0].turn
    return OwnLine(
        text=" ".join("".join(character.text for character in word) for word in words),
        corners=_turn_corners(whole, turn, size),
        words=[
            OwnWord(
                text="".join(character.text for character in word),
                corners=_turn_corners(_widen(_enclose(each.box for each in word), whole, turn), turn, size),
            )
            for word in words
        ],
        hidden=characters[0].hidden,
    )


def _widen(word: Box, line: Box, turn: int) -> Box:
    """Return the word's box as high as its line's."""
    if turn % 2:
        return line[0], word[1], line[2], word[3]
    return word[0], line[1], word[2], line[3]


def _turn_corners(box: Box, turn: int, size: tuple[int, int]) -> Corners:
    """Return the box's corners, starting at the top of the first character: text may run up or down."""
    left, right = (max(0, min(size[0], round(each))) for each in (box[0], box[2]))
    top, bottom = (max(0, min(size[1], round(each))) for each in (box[1], box[3]))
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    first = (4 - turn) % 4
    return corners[first:] + corners[:first]


def _enclose(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
