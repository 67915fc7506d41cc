"""Each line says where its words are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.line_reader import Span
from ocr.lines import Box
from ocr.models import load_models
from ocr.recognize import read_lines
from ocr.strips import make_strip
from tests.unit.ocr.test_upright import FONT

TEXT = "The treasurer reported an income of 4,210."
SLACK = 4
"""Pixels by which a word's side may be off: a tenth of the height of its letters."""


def draw_words(angle: int = 0) -> tuple[Image.Image, dict[str, Box]]:
    """Return a page of one line, and where its words are before the page is turned."""
    page, font = Image.new("RGB", (900, 200), "white"), ImageFont.truetype(str(FONT), 32)
    draw, boxes = ImageDraw.Draw(page), {}
    for word in TEXT.split():
        before = TEXT[: TEXT.index(word)]
        left = 60 + draw.textlength(before, font=font)
        draw.text((left, 80), word, fill="black", font=font)
        boxes[word] = draw.textbbox((left, 80), word, font=font)
    return page.rotate(angle, expand=True, fillcolor="white"), {
        word: (round(a), round(b), round(c), round(d)) for word, (a, b, c, d) in boxes.items()
    }


@pytest.mark.parametrize("angle", [0, 180])
def test_words_lie_where_they_are_drawn(angle: int) -> None:
    page, boxes = draw_words(angle)
    (line,) = read_lines(
        np.ascontiguousarray(np.asarray(page)[:, :, ::-1]), load_models(1), lambda: None
    ).lines
    assert " ".join(word.text for word in line.words) == line.text == TEXT
    for word in line.words:
        left, top, right, bottom = boxes[word.text]
        assert (word.box[0], word.box[2]) == pytest.approx((left, right), abs=SLACK)
        assert word.box[1] <= top
        assert word.box[3] >= bottom
        assert word.confidence is not None
        assert word.confidence > 0.9


def test_words_of_a_line_down_the_page_follow_it() -> None:
    tall = make_strip(np.array([(10, 20), (30, 20), (30, 220), (10, 220)], np.float32))
    first, last = tall.lay_words([Span("a", 1, 0, 0.25), Span("b", 1, 0.5, 1)])
    assert (first.box, last.box) == ((10, 20, 30, 70), (10, 120, 30, 220))
    assert first.corners[0] == (10, 20)
    assert tall.turn().lay_words([Span("a", 1, 0, 0.25)])[0].box == (10, 170, 30, 220)


def test_a_line_down_the_page_is_cut_out_turned_to_the_left() -> None:
    page = np.zeros((300, 100, 3), np.uint8)
    page[20:40, 10:30] = 255  # the start of the line
    strip = make_strip(np.array([(10, 20), (30, 20), (30, 220), (10, 220)], np.float32))
    crop = strip.cut_picture(page)
    assert crop.shape == (20, 200, 3)
    assert crop[2:, :15].min() == 255
    assert crop[:, 25:].max() == 0
