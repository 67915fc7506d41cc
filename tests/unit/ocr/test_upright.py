"""Pages of a few lines keep or find their upright position; a page that can't be read gives a warning."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.doubts import find_doubts
from ocr.line_reader import Image as Picture
from ocr.line_reader import Text
from ocr.models import load_models
from ocr.recognize import COMPARED_LINES, Reading, read_lines
from ocr.warnings import LOW_CONFIDENCE, NOTHING_FOUND, UNREAD_SCRIPT

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
"""Has Latin, Greek and Cyrillic letters, and comes with matplotlib."""
LINES = (
    "The treasurer reported an income of 4,210",
    "Next meeting: Tuesday, 21 April, at eight",
    "Total due: 98.50 EUR",
    "INVOICE 2024-118",
    "Holloway opened the meeting",
    "A reserve of 5,000 is to be kept",
    "Room 12, second floor",
    "www.example.org",
)
RUSSIAN = tuple(
    bytes.fromhex(line).decode("koi8-r")
    for line in (
        "f7d3c520ccc0c4c920d2cfd6c4c1c0d4d3d120d3d7cfc2cfc4ced9cdc9",
        "c920d2c1d7ced9cdc920d720d3d7cfc5cd20c4cfd3d4cfc9ced3d4d7c5",
    )
)
"""Two lines of Russian (KOI8-R), a script that the network lacks."""


def draw_page(lines: tuple[str, ...]) -> Image.Image:
    page = Image.new("RGB", (900, 120 + 60 * len(lines)), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(FONT), 32)
    for number, line in enumerate(lines):
        draw.text((60, 50 + 60 * number), line, fill="black", font=font)
    return page


def read(page: Image.Image) -> Reading:
    pixels = np.ascontiguousarray(np.asarray(page)[:, :, ::-1])
    return read_lines(pixels, load_models(2), lambda: None)


def strip(text: str) -> str:
    return text.replace(" ", "")


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("turn", [0, 180])
def test_a_page_of_few_lines_ends_upright(count: int, turn: int) -> None:
    for start in range(0, len(LINES), max(2, count)):
        lines = LINES[start : start + count]
        reading = read(draw_page(lines).rotate(turn))
        assert reading.turned == turn, lines
        found = sorted(reading.lines, key=lambda line: line.box[1])
        assert [strip(line.text) for line in found] == [strip(each) for each in lines]
        assert reading.doubts == ()


@pytest.mark.parametrize("turn", [0, 180])
def test_only_the_compared_lines_are_read_both_ways_and_none_twice(
    monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    models, given = load_models(2), list[bytes]()
    original = models.read

    def count(crops: list[Picture]) -> list[Text]:
        given.extend(crop.tobytes() for crop in crops)
        return original(crops)

    monkeypatch.setattr(models, "read", count)
    read(draw_page(LINES).rotate(turn))
    assert len(given) == len(set(given)) == len(LINES) + COMPARED_LINES


def test_a_script_that_the_network_lacks_is_a_doubt() -> None:
    assert read(draw_page(RUSSIAN)).doubts == (UNREAD_SCRIPT,)


def test_an_empty_page_is_a_doubt() -> None:
    assert read(Image.new("RGB", (800, 600), "white")).doubts == (NOTHING_FOUND,)


def test_doubts_by_what_was_read() -> None:
    assert find_doubts([("A reserve of 5,000 is kept", 0.97, 9.0)]) == []
    assert find_doubts([("A reserve of 5,000 is kept", 0.61, 9.0)]) == [LOW_CONFIDENCE]
    assert find_doubts([("床前明月光疑是地上霜", 0.99, 11.0)]) == []
    assert find_doubts([(". ,", 0.92, 9.0), ("", 0.0, 8.0), ("A", 0.99, 1.0)]) == [UNREAD_SCRIPT]
    assert find_doubts([("", 0.0, 1.0)]) == [NOTHING_FOUND]
