"""Strokes of a drawing that were read as letters are left out, and labels are not."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.frames import Frame
from ocr.lines import Box, Line
from ocr.page_layout import to_corners
from ocr.recognize import Reading
from ocr.strokes import drop_strokes

SIZE = (1654, 2339)
FIGURE = (200.0, 300.0, 900.0, 800.0)
LONG = "ALL GOODS REMAIN THE PROPERTY OF THE SELLER AND THE SELLER SHALL BE ENTITLED TO THEM"
INSIDE: Box = (300, 400, 340, 424)


def find_kept(text: str, confidence: float | None, box: Box = INSIDE, kind: str = "figure") -> list[str]:
    line = Line(text, confidence, to_corners(box))
    page = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)
    reading = Reading(page, 0, [line], [box], Frame(np.eye(2, 3, dtype=np.float32), SIZE))
    left = drop_strokes(reading, [(kind, 0.9, FIGURE)])
    assert len(left.places) == len(left.lines)
    return [line.text for line in left.lines]


@pytest.mark.parametrize(
    ("text", "confidence", "box"),
    [
        ("UN", 0.72, INSIDE),
        ("VIZX", 0.56, INSIDE),
        ("IN", 0.0, INSIDE),
        ("A", 0.91, (445, 414, 528, 439)),
        ("N", 0.88, (326, 525, 375, 548)),
        ("XXXX", 0.85, INSIDE),
        ("XXXXXXXNZZZ", 0.85, (300, 400, 420, 424)),
    ],
)
def test_hatches_of_a_chart_are_no_text(text: str, confidence: float, box: Box) -> None:
    assert find_kept(text, confidence, box) == []


@pytest.mark.parametrize(
    ("text", "confidence", "box"),
    [
        ("i2", 0.87, (368, 284, 383, 300)),
        ("0", 0.46, INSIDE),
        ("1 af 1", 0.77, INSIDE),
        ("康雅", 0.61, INSIDE),
        ("Iron", 0.8, INSIDE),
        ("Dull words", 0.6, INSIDE),
        (LONG, 0.98, (300, 400, 800, 424)),
        ("own", None, INSIDE),
    ],
    ids=["short", "a digit", "digits", "Chinese", "just sure", "long", "a sentence", "a PDF's own text"],
)
def test_labels_are_kept(text: str, confidence: float | None, box: Box) -> None:
    assert find_kept(text, confidence, box) == [text]


def test_what_is_in_no_figure_is_kept() -> None:
    assert find_kept("UN", 0.72, (1000, 400, 1040, 424)) == ["UN"]
    assert find_kept("UN", 0.72, kind="text") == ["UN"]
