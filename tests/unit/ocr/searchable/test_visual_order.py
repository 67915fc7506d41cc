"""Text that runs to the left, as a PDF has it."""

from __future__ import annotations

import pytest

from ocr.searchable.placing import place_line
from ocr.searchable.visual_order import to_visual_order
from tests.unit.ocr.searchable.pdf_text import make_line

ALEF, BET, GIMEL, DAGESH = "\u05d0", "\u05d1", "\u05d2", "\u05bc"


@pytest.mark.parametrize(
    ("word", "seen"),
    [
        ("abc", "abc"),
        (ALEF + BET + GIMEL, GIMEL + BET + ALEF),
        (ALEF + BET + DAGESH + GIMEL, GIMEL + BET + DAGESH + ALEF),
        (ALEF + "-12.5", "12.5-" + ALEF),
        (BET + "Win", "Win" + BET),
        (ALEF + ".", "." + ALEF),
        ("12,450.5", "12,450.5"),
        ("", ""),
    ],
)
def test_characters_stand_from_left_to_right(word: str, seen: str) -> None:
    assert to_visual_order(word) == seen


def test_the_words_of_a_line_are_written_from_its_left() -> None:
    line = make_line(f"{ALEF}{BET} {GIMEL}.", 0, 0, 100, 20)
    line["words"][0]["box"], line["words"][1]["box"] = [50, 0, 100, 20], [0, 0, 40, 20]
    placed = list(place_line(line))
    assert [(each.text, each.start[0], each.along[0]) for each in placed] == [
        (f".{GIMEL} ", 0, 40),
        (f"{BET}{ALEF}", 50, 50),
    ]


def test_a_line_without_words_is_written_as_it_is_seen() -> None:
    line = make_line(f"{ALEF}{BET} {GIMEL}", 0, 0, 100, 20, words=[])
    assert [each.text for each in place_line(line)] == [f"{GIMEL} {BET}{ALEF}"]
