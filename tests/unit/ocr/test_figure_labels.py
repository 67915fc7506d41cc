"""Small labels of figures are looked for again, and what is no label is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.figure_labels import add_labels
from ocr.frames import Frame
from ocr.line_reader import Image as Pixels
from ocr.line_reader import Span, Text
from ocr.lines import Box, Line
from ocr.models import load_models
from ocr.page_layout import to_corners
from ocr.recognize import Reading
from ocr.strips import Strip, make_strip
from tests.support.ocr_pages import FOLDER

SIZE = (1654, 2339)
FIGURE: Box = (200, 300, 900, 800)
KNOWN: Box = (300, 320, 460, 340)


class Networks:
    """Find one label, this box of the figure, and read the same text in every label."""

    def __init__(self, box: Box, text: str = "i2", confidence: float = 0.95) -> None:
        self._box, self._text = box, Text(text, confidence, (Span(text, confidence, 0, 1),))
        self.scales: list[float] = []

    def find_labels(self, image: Pixels, scale: float) -> list[Strip]:
        self.scales.append(scale)
        return [make_strip(np.array(to_corners(self._box), np.float32))]

    def read(self, crops: Sequence[Pixels]) -> list[Text]:
        return [self._text] * len(crops)

    read_carefully = read


class SlantedNetworks(Networks):
    """Find these labels."""

    def __init__(self, strips: list[Strip]) -> None:
        super().__init__((0, 0, 1, 1), "string-fasta")
        self._strips = strips

    def find_labels(self, image: Pixels, scale: float) -> list[Strip]:
        return self._strips


def make_page(image: Pixels | None = None) -> Reading:
    page = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8) if image is None else image
    line = Line("Nested Tree", 0.99, to_corners(KNOWN))
    return Reading(page, 0, [line], [KNOWN], Frame(np.eye(2, 3, dtype=np.float32), SIZE))


def find_new(networks: Any, figure: Box = FIGURE, kind: str = "figure") -> list[Line]:
    return add_labels(make_page(), [(kind, 0.9, figure)], networks, lambda: None).lines[1:]


def test_a_small_label_of_a_figure_is_read_in_a_larger_picture() -> None:
    networks = Networks((10, 200, 40, 220))
    (label,) = find_new(networks)
    assert (label.text, label.box, networks.scales) == ("i2", (210, 500, 240, 520), [1.5])
    assert label.words[0].text == "i2"


@pytest.mark.parametrize(
    "networks",
    [
        Networks((10, 200, 40, 220), confidence=0.7),
        Networks((10, 200, 40, 220), "·"),
        Networks((10, 200, 400, 490)),
        Networks((10, 200, 16, 208)),
        Networks((100, 20, 180, 42)),
    ],
    ids=["unsure", "a sign", "as large as a drawing", "as small as an arrow", "known already"],
)
def test_what_is_no_new_label_is_left_out(networks: Networks) -> None:
    assert find_new(networks) == []
    assert networks.scales


def test_a_slanted_label_beside_a_known_one_is_read() -> None:
    """Their upright boxes overlap by half."""
    known = ((300, 400), (400, 300), (420, 320), (320, 420))
    beside, same = (
        Strip(
            np.array([[(300, 400), (400, 300)], [(320, 420), (420, 320)]], np.float32)
            + np.array(by, np.float32)
        )
        for by in ((30, 30), (4, 4))
    )
    page = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)
    frame = Frame(np.eye(2, 3, dtype=np.float32), SIZE)
    reading = Reading(page, 0, [Line("math-cordic", 0.99, known)], [(300, 300, 420, 420)], frame)
    corner = np.array(FIGURE[:2], np.float32)
    networks: Any = SlantedNetworks([strip.move(lambda points: points - corner) for strip in (beside, same)])
    read = add_labels(reading, [("figure", 0.9, FIGURE)], networks, lambda: None)
    assert [line.text for line in read.lines] == ["math-cordic", "string-fasta"]
    assert read.lines[1].corners[0] == (330, 430)


def test_a_label_in_two_figures_is_read_once() -> None:
    figures = [("figure", 0.9, FIGURE), ("figure", 0.6, (190, 290, 910, 810))]
    networks: Any = SlantedNetworks([make_strip(np.array(to_corners((100, 200, 180, 220)), np.float32))])
    networks.find_labels = lambda image, scale: [make_strip(np.array(to_corners(place(image)), np.float32))]
    read = add_labels(make_page(), figures, networks, lambda: None)
    assert [line.text for line in read.lines] == ["Nested Tree", "string-fasta"]


def place(image: Pixels) -> Box:
    """Return the box of one label of the page in the picture of a figure, which the picture's size tells."""
    edge = 100 if image.shape[1] == FIGURE[2] - FIGURE[0] else 110
    return edge, edge + 100, edge + 80, edge + 120


@pytest.mark.parametrize(
    ("figure", "kind"),
    [
        ((200, 900, 900, 1400), "figure"),
        ((0, 0, 1654, 2000), "figure"),
        (FIGURE, "table"),
    ],
    ids=["without text", "a slide or a photo", "a table"],
)
def test_these_are_not_looked_at_again(figure: Box, kind: str) -> None:
    networks = Networks((10, 200, 40, 220))
    assert find_new(networks, figure, kind) == []
    assert networks.scales == []


def test_labels_of_16_pixels_in_nodes_are_read() -> None:
    page = Image.new("RGB", SIZE, "white")
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(FOLDER / "DejaVuSans.ttf"), 16)
    for x, y, text in ((320, 450, "i2"), (520, 450, "t4"), (720, 600, "harbour")):
        draw.ellipse((x - 42, y - 30, x + 42, y + 30), fill=(225, 225, 225), outline="black", width=3)
        draw.text((x, y), text, fill="black", font=font, anchor="mm")
    pixels = np.ascontiguousarray(np.asarray(page)[:, :, ::-1])
    read = add_labels(make_page(pixels), [("figure", 0.9, FIGURE)], load_models(1), lambda: None)
    assert sorted(line.text for line in read.lines[1:]) == ["harbour", "i2", "t4"]
