"""The small network reads first. The larger one reads what is doubtful, all of it, or nothing."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.line_reader import Text
from ocr.models import Models, load_models
from ocr.network_reading import Quality, choose_text, is_doubtful
from ocr.recognize import read_lines
from tests.support.ocr_pages import FOLDER
from tests.unit.ocr.test_upright import LINES, draw_page


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        (Text("A reserve of 5,000 is kept", 0.99), False),
        (Text("A reserve of 5,000 is kept", 0.94), True),
        (Text("\u201cQuoted\u201d \u2013 5 \u20ac\u2026", 0.99), False),
        (Text("P\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd", 0.99), True),
        (Text("NO7", 0.99, has_gap=True), True),
        (Text("24.00", 0.99, has_gap=True), False),
    ],
)
def test_a_line_is_doubtful_if_the_small_network_may_have_erred(text: Text, doubtful: bool) -> None:
    assert is_doubtful(text) is doubtful


def test_the_better_of_two_readings_is_kept() -> None:
    sure, unsure = Text("a reserve", 0.98), Text("a neserve", 0.91)
    assert choose_text(unsure, sure) == choose_text(sure, unsure) == sure
    assert choose_text(Text("NO7", 0.99), Text("NO 7", 0.97)).text == "NO 7"
    # A script that neither knows: letters that look alike, or nothing.
    assert choose_text(Text("Bce nopuyo", 0.93), Text(" .", 0.8)).text == " ."


@pytest.mark.parametrize(("quality", "carefully"), [("fast", 0), ("auto", 0), ("best", 3)])
def test_the_quality_says_what_the_larger_network_reads(
    monkeypatch: pytest.MonkeyPatch, quality: Quality, carefully: int
) -> None:
    models, given = load_models(1), list[int]()
    original = Models.read_carefully

    def count(self: Models, crops: list[np.ndarray]) -> list[Text]:
        given.append(len(crops))
        return original(self, crops)

    monkeypatch.setattr(Models, "read_carefully", count)
    pixels = np.ascontiguousarray(np.asarray(draw_page((LINES[0], LINES[4], LINES[6])))[:, :, ::-1])
    assert len(read_lines(pixels, models, lambda: None, quality).lines) == 3
    assert sum(given) == carefully


def test_a_gap_as_wide_as_a_space_between_two_letters_is_noticed() -> None:
    page = draw_page(("NO 7",))
    pixels = np.ascontiguousarray(np.asarray(page)[:, :, ::-1])
    (strip,) = load_models(1).find_lines(pixels, 1280)
    (read,) = load_models(1).read([strip.cut_picture(pixels)])
    assert read.has_gap is (" " not in read.text)


@pytest.mark.parametrize("text", ["mov edi(8), esi", "// (*) store k"])
def test_a_space_of_a_listing_is_read(text: str) -> None:
    """The small network misses the one after a bracket and a comma, and after the sign of a comment."""
    page = Image.new("RGB", (1240, 400), "white")
    font = ImageFont.truetype(str(FOLDER / "cmtt10.ttf"), 22)
    ImageDraw.Draw(page).text((100, 60), text, fill="black", font=font)
    pixels = np.ascontiguousarray(np.asarray(page)[:, :, ::-1])
    (fast,), (auto,) = (
        read_lines(pixels, load_models(1), lambda: None, quality).lines for quality in ("fast", "auto")
    )
    assert len(fast.text) == len(text) - 1
    assert auto.text == text
