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
from ocr.lines import Line, Word
from ocr.models import load_models
from ocr.own_text import place_own_text
from ocr.recognize import Reading, read_lines
from ocr.upright import COMPARED_LINES, turn_points
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
    return read_lines(pixels, load_models(1), lambda: None)


def strip(text: str) -> str:
    return text.replace(" ", "")


@pytest.mark.parametrize("count", [1, 3, 8])
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
    models, given = load_models(1), list[bytes]()
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


@pytest.mark.parametrize("turn", [90, 270])
def test_a_single_line_on_its_side_ends_upright(turn: int) -> None:
    reading = read(draw_page(LINES[:1]).rotate(-turn, expand=True))
    assert reading.turned == 360 - turn
    assert [strip(line.text) for line in reading.lines] == [strip(LINES[0])]


def test_a_label_that_runs_up_beside_upright_text_is_read_and_turns_nothing() -> None:
    page = Image.new("RGB", (1000, 900), "white")
    page.paste(draw_page(LINES))
    page.paste(draw_page(LINES[2:3]).rotate(90, expand=True), (850, 0))
    reading = read(page)
    assert reading.turned == 0
    assert "Totaldue:" in [strip(line.text) for line in reading.lines if line.box[0] > 800]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_pdfs_own_text_on_a_turned_page_is_laid_upright(turn: int) -> None:
    page = draw_page(LINES[:3])
    before = turn_points(-turn % 360, page.size)
    boxes = [(60, 50 + 60 * row, 700, 90 + 60 * row) for row in range(3)]
    lines = []
    for text, box in zip(LINES, boxes, strict=False):
        placed = before(np.array(box, np.float32).reshape(2, 2)).round().astype(int)
        (left, top), (right, bottom) = placed.min(axis=0).tolist(), placed.max(axis=0).tolist()
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        lines.append(Line(text, None, corners, (Word(text, None, corners),)))
    image = np.ascontiguousarray(np.rot90(np.asarray(page)[:, :, ::-1], turn // 90))
    reading = place_own_text(image, lines, load_models(1))
    assert reading.turned == turn
    assert reading.places == boxes
    assert [line.words[0].box for line in reading.lines] == boxes
    assert reading.image.shape == (page.height, page.width, 3)


@pytest.mark.parametrize("degrees", [44, 46])
def test_labels_of_a_chart_that_rise_are_read_from_their_lower_end(degrees: float) -> None:
    """Steeper than 45° they look like lines that run down the page."""
    page, labels = draw_page(LINES[:4]), ("string-fasta", "access-fannkuch", "crypto-aes")
    page = page.crop((0, 0, page.width, 700))
    page.paste("white", (0, 310, page.width, 700))
    font = ImageFont.truetype(str(FONT), 28)
    for number, label in enumerate(labels):
        text = Image.new("RGB", (round(font.getlength(label)) + 20, 44), "white")
        ImageDraw.Draw(text).text((10, 4), label, fill="black", font=font)
        turned = text.rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
        page.paste(turned, (60 + 270 * number, 380))
    assert set(labels) <= {strip(line.text) for line in read(page).lines}
