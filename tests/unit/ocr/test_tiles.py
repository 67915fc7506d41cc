"""Long pictures are looked at in tiles."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ocr.models import Models, load_models
from ocr.recognize import read_lines
from ocr.strips import Strip
from ocr.tile_lines import join_pieces
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
    """As one picture its lines would be 6 pixels high. Two threads read them, and their order stays."""
    texts = [f"{LINES[row % len(LINES)]} {row}" for row in range(120)]
    page = Image.new("RGB", (720, 44 * len(texts) + 60), "white")
    font = ImageFont.truetype(str(FONT), 17)
    for row, text in enumerate(texts):
        ImageDraw.Draw(page).text((40, 30 + 44 * row), text, fill="black", font=font)
    reading = read_lines(np.ascontiguousarray(np.asarray(page)[:, :, ::-1]), Models(2), lambda: None)
    found = [line.text.replace(" ", "") for line in sorted(reading.lines, key=lambda line: line.box[1])]
    assert len(found) == len(texts)
    right = sum(one == other.replace(" ", "") for one, other in zip(found, texts, strict=True))
    assert right >= 0.95 * len(texts)


def draw_wide(texts: list[tuple[int, int, str]], size: tuple[int, int]) -> np.ndarray:
    page = Image.new("RGB", size, "white")
    font = ImageFont.truetype(str(FONT), 24)
    for left, top, text in texts:
        ImageDraw.Draw(page).text((left, top), text, fill="black", font=font)
    return np.ascontiguousarray(np.asarray(page)[:, :, ::-1])


def test_a_wide_panorama_is_read_whole_and_each_line_once() -> None:
    """As one picture its lines would be 4 pixels high. Some lie over the edge of two tiles."""
    texts = [
        (150 + 780 * column, 40 + 90 * row, f"{LINES[(row + column) % len(LINES)][:34]} {row}{column}")
        for row in range(6)
        for column in range(10)
    ]
    long = "A line over the whole picture " * 12
    image = draw_wide([*texts, (2300, 640, long.strip())], (8000, 720))
    reading = read_lines(image, load_models(1), lambda: None)
    found = sorted(line.text.replace(" ", "") for line in reading.lines)
    expected = sorted(text.replace(" ", "") for _, _, text in [*texts, (0, 0, long)])
    assert len(found) == len(expected)
    right = sum(one == other for one, other in zip(found, expected, strict=True))
    assert right >= 0.95 * len(expected)


def strip(left: float, right: float, *, y: float = 0, falls: float = 0) -> Strip:
    start, end = (left, y), (right, y + falls)
    return Strip(np.array([(start, end), [(x, below + 20) for x, below in (start, end)]], np.float32))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (strip(80, 200), [(0, 200)]),
        (strip(80, 95), [(0, 100)]),
        (strip(80, 200, y=4), [(0, 200)]),
        (strip(80, 200, y=15), [(0, 100), (80, 200)]),
        (strip(101, 200), [(0, 100), (101, 200)]),
        (strip(40, 400, y=-36, falls=216), [(0, 400)]),
    ],
    ids=["goes on", "found twice", "nearly level", "the next row", "another line", "slanted"],
)
def test_pieces_of_one_line_are_joined(found: Strip, expected: list[tuple[int, int]]) -> None:
    made = join_pieces([strip(0, 100)], [found])
    assert [(each.level_box[0], each.level_box[2]) for each in made] == expected


def test_a_piece_is_not_joined_to_a_line_of_its_own_tile() -> None:
    assert len(join_pieces([], [strip(0, 100), strip(80, 200)])) == 2
