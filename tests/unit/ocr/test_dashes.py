"""Dashes in the cells of a table are found, and other bars are not taken for one."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.dashes import add_dashes
from ocr.frames import Frame
from ocr.line_reader import Image as Pixels
from ocr.lines import Box, Line
from ocr.page_layout import to_corners
from ocr.recognize import Reading
from tests.support.ocr_pages import FOLDER

SIZE = (900, 500)
TABLE = ("table", 0.9, (80.0, 80.0, 820.0, 400.0))
LEFTS = (100, 400, 650)
PLACE = (650, 250)
"""The cell of the third row that is drawn by the test, and the second one that is empty."""
Draw = Callable[[ImageDraw.ImageDraw], None]


def draw_text(text: str) -> Draw:
    font = ImageFont.truetype(str(FOLDER / "DejaVuSans.ttf"), 24)
    return lambda draw: draw.text(PLACE, text, fill="black", font=font)


def make_reading(add: Draw) -> Reading:
    """Return a table of four rows and three columns. The third row has two cells and what is drawn."""
    page = Image.new("RGB", SIZE, "white")
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(FOLDER / "DejaVuSans.ttf"), 24)
    places: list[Box] = []
    texts: list[str] = []
    for row in range(4):
        for column, text in enumerate(("harbour", "144", "18.90")):
            if row == 2 and column:
                continue
            x, y = LEFTS[column], 100 + 75 * row
            draw.text((x, y), text, fill="black", font=font)
            left, top, right, bottom = draw.textbbox((x, y), text, font=font)
            places.append((int(left) - 5, int(top) - 5, int(right) + 5, int(bottom) + 5))
            texts.append(text)
    add(draw)
    pixels = np.ascontiguousarray(np.asarray(page)[:, :, ::-1])
    lines = [Line(text, 0.99, to_corners(place)) for text, place in zip(texts, places, strict=True)]
    # A second cell of the third row.
    places.append((400, 250, 450, 285))
    lines.append(Line("7", 0.99, to_corners(places[-1])))
    return Reading(pixels, 0, lines, places, Frame(np.eye(2, 3, dtype=np.float32), SIZE))


def find(add: Draw, kind: str = "table") -> list[Line]:
    reading = make_reading(add)
    found = add_dashes(reading, [(kind, *TABLE[1:])])
    assert len(found.places) == len(found.lines)
    return found.lines[len(reading.lines) :]


@pytest.mark.parametrize(("sign", "text"), [("-", "-"), ("\u2013", "-"), ("\u2014", "\u2013")])
def test_a_lone_dash_of_a_table_is_a_cell(sign: str, text: str) -> None:
    (dash,) = find(draw_text(sign))
    assert dash.text == dash.words[0].text == text
    assert dash.confidence is not None
    assert dash.confidence >= 0.75
    left, top, right, bottom = dash.box
    assert left < 655 < right
    assert top < 268 < bottom


def test_a_dash_in_white_on_black_is_found() -> None:
    reading = make_reading(draw_text("-"))
    image = cv2.bitwise_not(reading.image)
    inverted = Reading(np.asarray(image), 0, reading.lines, reading.places, reading.frame)
    assert add_dashes(inverted, [TABLE]).lines[-1].text == "-"


@pytest.mark.parametrize(
    "add",
    [
        draw_text(""),
        draw_text("_"),
        draw_text("-5"),
        draw_text("- - - -"),
        draw_text("="),
        lambda draw: draw.line((630, 268, 810, 268), fill="black", width=2),
        lambda draw: draw.rectangle((650, 258, 664, 272), fill="black"),
        lambda draw: draw.rectangle((650, 264, 657, 269), fill="black"),
        lambda draw: draw.rectangle((650, 260, 680, 272), fill="black"),
        lambda draw: draw.line((655, 200, 655, 330), fill="black", width=3),
        lambda draw: draw.line((550, 268, 562, 268), fill="black", width=2),
    ],
    ids=[
        "nothing",
        "low",
        "a sign",
        "a leader",
        "two",
        "a rule",
        "a box",
        "a dot",
        "a thick bar",
        "upright",
        "in no column",
    ],
)
def test_other_ink_is_no_dash(add: Draw) -> None:
    assert find(add) == []


def test_a_dash_in_a_text_is_not_looked_for() -> None:
    assert find(draw_text("-"), "text") == []


def test_a_dash_that_was_read_is_not_added() -> None:
    reading = make_reading(draw_text("-"))
    once = add_dashes(reading, [TABLE])
    assert add_dashes(once, [TABLE, TABLE]).lines == once.lines


def test_a_table_at_the_edge_of_the_page_is_looked_at() -> None:
    reading = make_reading(draw_text("-"))
    dashes = add_dashes(reading, [("table", 0.9, (-4.0, -3.0, 2000.0, 900.0))]).lines[len(reading.lines) :]
    assert [dash.text for dash in dashes] == ["-"]


def turn(image: Pixels) -> tuple[Pixels, Frame]:
    """Return the picture turned by 2 degrees, and the frame in which it is level."""
    matrix = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), 2, 1)
    back = np.asarray(cv2.invertAffineTransform(matrix), np.float32)
    turned = cv2.warpAffine(image, matrix, SIZE, borderValue=(255, 255, 255))
    return np.asarray(turned, np.uint8), Frame(back, SIZE)


def test_a_dash_of_a_slanted_page_is_found_where_it_is() -> None:
    reading = make_reading(draw_text("-"))
    image, frame = turn(reading.image)
    dash = add_dashes(Reading(image, 0, reading.lines, reading.places, frame), [TABLE]).lines[-1]
    (x, y), matrix = (655, 268), np.linalg.inv(np.vstack([frame.matrix, [0, 0, 1]]))
    at = matrix @ (x, y, 1)
    assert dash.text == "-"
    assert dash.box[0] < at[0] < dash.box[2]
    assert dash.box[1] < at[1] < dash.box[3]
