"""Pixels → lines of text, and the upright picture."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from ocr.bent_page import flatten
from ocr.doubts import find_doubts
from ocr.frames import Frame, find_frame, measure_height
from ocr.line_reader import Image, Text
from ocr.lines import Box, Line
from ocr.models import Models
from ocr.specks import remove_specks
from ocr.strips import Strip
from ocr.tile_lines import find_in_tiles
from ocr.upright import turn_half, turn_upright

Quality = Literal["fast", "auto", "best"]

SIDE = 1280
"""Maximum side of the picture that lines are detected in. They are read from the full picture."""
LARGE_SIDE = 2048
"""The same for small print."""
MIN_LINE_HEIGHT = 14
"""Lines that are lower in the picture of SIDE are small print."""
SURE_CONFIDENCE = 0.95
"""A line that the quick network reads with less confidence is read by the careful one too."""
TURNED_CONFIDENCE = 0.7
"""A line read with less confidence is also read upside down."""
MIN_TURNED_LENGTH = 3
"""A shorter line is not read upside down: a 9 would be a 6."""
MIN_LETTERS_SHARE = 0.4
MAX_SLOPE = 0.3
BATCH_LINES = 16
"""Lines read between two checks of the budget."""
PLAIN_SIGNS = frozenset("\u2018\u2019\u201c\u201d\u2013\u2014\u2022\u2026")

Check = Callable[[], None]


@dataclass(frozen=True)
class Reading:
    image: Image
    """The picture, upright."""
    turned: int
    """The degrees by which the picture was turned clockwise: 0, 90, 180 or 270."""
    lines: list[Line]
    places: list[Box]
    """Where each line is in the frame, level."""
    frame: Frame
    is_vertical: bool = False
    """Whether the lines run down the page, from right to left."""
    doubts: tuple[str, ...] = ()
    """Slugs of what may be wrong with the text (doubts.py)."""


def read_lines(image: Image, models: Models, check_budget: Check, quality: Quality = "auto") -> Reading:
    """Return the picture's lines. Calls `check_budget` between steps. Raises what `check_budget` raises."""
    clean = remove_specks(image)
    strips = find_all_lines(clean, models, check_budget, quality)
    upright = turn_upright(clean, strips, models, carefully=quality != "fast")
    check_budget()
    crops = [strip.cut_picture(upright.image) for strip in upright.strips]
    texts, turned = _read_texts(upright.strips, crops, upright.known, models, check_budget, quality)
    strips = [strip.turn() if was else strip for strip, was in zip(upright.strips, turned, strict=True)]
    doubts = find_doubts(
        [
            (read.text, read.confidence, strip.length / max(1.0, strip.height))
            for read, strip in zip(texts, strips, strict=True)
        ]
    )
    picture = (
        upright.image if clean is image else np.ascontiguousarray(np.rot90(image, -upright.turned // 90))
    )
    return make_reading(picture, upright.turned, strips, texts, doubts, is_vertical=upright.is_vertical)


def make_reading(
    image: Image,
    turned: int,
    strips: Sequence[Strip],
    texts: Sequence[Text],
    doubts: Sequence[str],
    *,
    is_vertical: bool,
) -> Reading:
    """Return the reading of these lines. Those without text are left out."""
    frame = find_frame(strips, (image.shape[1], image.shape[0]))
    read = [(strip, text) for strip, text in zip(strips, texts, strict=True) if text.text.strip()]
    lines = [
        Line(" ".join(text.text.split()), text.confidence, strip.corners, strip.lay_words(text.spans))
        for strip, text in read
    ]
    level = flatten([strip.move(frame.place) for strip, _ in read], frame.size[0])
    places = [strip.level_box for strip in level]
    return Reading(image, turned, lines, places, frame, is_vertical, tuple(doubts))


def find_all_lines(image: Image, models: Models, check_budget: Check, quality: Quality) -> list[Strip]:
    """Return the lines of text. A long or wide picture is looked at in tiles."""

    def find(part: Image) -> list[Strip]:
        check_budget()
        return _find_lines(part, models, quality)

    return find_in_tiles(image, find)


def _find_lines(image: Image, models: Models, quality: Quality) -> list[Strip]:
    """Return the lines of text. Small print is looked for again in a larger picture."""
    if quality == "best":
        return models.find_lines(image, LARGE_SIDE)
    strips = models.find_lines(image, SIDE)
    scale = SIDE / max(image.shape[:2])
    if scale < 1 and 0 < measure_height(strips) * scale < MIN_LINE_HEIGHT:
        return models.find_lines(image, LARGE_SIDE)
    return strips


def _read_texts(
    strips: Sequence[Strip],
    crops: Sequence[Image],
    known: Mapping[int, Text],
    models: Models,
    check_budget: Check,
    quality: Quality,
) -> tuple[list[Text], list[bool]]:
    """Return the texts of all lines, and whether each is upside down. Does not read `known` quickly again."""
    texts = dict(known)
    unread = [index for index in range(len(crops)) if index not in texts]
    for some in _batch(unread):
        texts |= zip(some, models.read([crops[index] for index in some]), strict=True)
        check_budget()
    turned = [False] * len(crops)
    unsure = [
        index
        for index in texts
        if texts[index].confidence < _need_confidence(strips[index])
        and len(texts[index].text) >= MIN_TURNED_LENGTH
    ]
    for some in _batch(unsure):
        found = models.read([turn_half(crops[index]) for index in some])
        for index, text in zip(some, found, strict=True):
            if text.confidence > max(texts[index].confidence, TURNED_CONFIDENCE):
                texts[index], turned[index] = text, True
        check_budget()
    doubtful = [
        index for index in texts if quality == "best" or (quality == "auto" and is_doubtful(texts[index]))
    ]
    for some in _batch(doubtful):
        found = models.read_carefully(
            [turn_half(crops[index]) if turned[index] else crops[index] for index in some]
        )
        for index, text in zip(some, found, strict=True):
            texts[index] = text if quality == "best" else choose_text(texts[index], text)
        check_budget()
    return [texts[index] for index in range(len(crops))], turned


def _need_confidence(strip: Strip) -> float:
    """Return the confidence of a text that need not be read upside down too.

    A label of a chart that rises at 45° may be taken for one that runs down, which begins at its other end.
    """
    return TURNED_CONFIDENCE if abs(strip.slope) < MAX_SLOPE else SURE_CONFIDENCE


def is_doubtful(text: Text) -> bool:
    """Whether the quick network may have erred.

    It is unsure, or the line has letters that it knows badly, or a space may be missing between words.
    """
    may_lack_space = text.has_gap and any(map(str.isalpha, text.text))
    return text.confidence < SURE_CONFIDENCE or may_lack_space or not all(map(_is_plain, text.text))


def choose_text(quick: Text, careful: Text) -> Text:
    """Return the better of two readings of a line: the one with the missing space, or the surer one.

    In a script that neither knows, the quick network sees similar Latin letters, the careful one few or none.
    """
    if count_letters(careful.text) < MIN_LETTERS_SHARE * count_letters(quick.text):
        return careful
    if len(careful.text) > len(quick.text) and _join(careful) == _join(quick):
        return careful
    return careful if careful.confidence >= quick.confidence else quick


def count_letters(text: str) -> int:
    return sum(character.isalnum() for character in text)


def _join(text: Text) -> str:
    return "".join(text.text.split())


def _is_plain(character: str) -> bool:
    return character.isascii() or character in PLAIN_SIGNS or unicodedata.category(character) == "Sc"


def _batch(indices: Sequence[int]) -> list[Sequence[int]]:
    return [indices[start : start + BATCH_LINES] for start in range(0, len(indices), BATCH_LINES)]


def to_bgr(pixels: bytes, width: int, height: int) -> Image:
    """Return the picture of RGB bytes, row after row."""
    rgb = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
