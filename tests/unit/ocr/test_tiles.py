"""Long pictures are looked at in tiles."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ocr.models import load_models
from ocr.recognize import read_lines
from ocr.tiles import OVERLAP, cut_tiles
from tests.unit.ocr.test_upright import FONT, LINES

SIDE = st.integers(1, 3000)


@given(SIDE, st.integers(1, 40_000))
def test_each_row_is_in_a_tile_and_each_line_belongs_to_one_that_has_it_whole(
    width: int, height: int
) -> None:
    tiles = cut_tiles(width, height)
    assert (tiles[0].top, tiles[-1].bottom) == (0, height)
    assert (tiles[0].first, tiles[-1].last) == (0, height + 1)
    for one, other in pairwise(tiles):
        assert one.last == other.first
        half = round(OVERLAP * width) / 2
        assert other.top + half <= one.last <= one.bottom - half + 1
    assert all(tile.top < tile.bottom for tile in tiles)


def test_a_long_screenshot_is_read_whole_and_each_line_once() -> None:
    """As one picture its lines would be 6 pixels high."""
    texts = [f"{LINES[row % len(LINES)]} {row}" for row in range(120)]
    page = Image.new("RGB", (720, 44 * len(texts) + 60), "white")
    font = ImageFont.truetype(str(FONT), 17)
    for row, text in enumerate(texts):
        ImageDraw.Draw(page).text((40, 30 + 44 * row), text, fill="black", font=font)
    reading = read_lines(np.ascontiguousarray(np.asarray(page)[:, :, ::-1]), load_models(2), lambda: None)
    found = [line.text.replace(" ", "") for line in sorted(reading.lines, key=lambda line: line.box[1])]
    assert len(found) == len(texts)
    right = sum(one == other.replace(" ", "") for one, other in zip(found, texts, strict=True))
    assert right >= 0.95 * len(texts)
