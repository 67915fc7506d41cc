"""Lines read by the networks: the quick one first, the careful one for what it may have misread."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from ocr.line_reader import Image, Text
from ocr.models import Models
from ocr.strips import Strip
from ocr.upright import turn_half

Quality = Literal["fast", "auto", "best"]
Check = Callable[[], None]

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


def read_quickly(
    strips: Sequence[Strip], crops: Sequence[Image], known: Mapping[int, Text], models: Models, check: Check
) -> tuple[list[Text], list[bool]]:
    """Return the texts of all lines, and whether each is upside down. Does not read `known` again."""
    texts = dict(known)
    unread = [index for index in range(len(crops)) if index not in texts]
    for some in _batch(unread):
        texts |= zip(some, models.read([crops[index] for index in some]), strict=True)
        check()
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
        check()
    return [texts[index] for index in range(len(crops))], turned


def read_doubtful(
    quick: Sequence[Text], crops: Sequence[Image], models: Models, check: Check, quality: Quality
) -> list[Text]:
    """Return the texts, those that the quick network may have misread as the careful one reads them."""
    texts = list(quick)
    doubtful = [
        index
        for index, text in enumerate(texts)
        if quality == "best" or (quality == "auto" and is_doubtful(text))
    ]
    for some in _batch(doubtful):
        found = models.read_carefully([crops[index] for index in some])
        for index, text in zip(some, found, strict=True):
            texts[index] = text if quality == "best" else choose_text(texts[index], text)
        check()
    return texts


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
