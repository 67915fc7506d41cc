"""Whole paragraphs in languages that packs read, in fonts that are always there. Not a part of `make test`.

make test-scripts
"""

from __future__ import annotations

import pytest

from ocr.languages import LANGUAGES
from ocr.packs import Packs
from tests.support.language_pages import OWN_FONTS, draw_paragraph
from tests.unit.ocr.test_scripts import measure_errors, packs, read, stack

__all__ = ["packs"]
PARAGRAPHS = range(4)
SERIF = OWN_FONTS[1]


@pytest.mark.parametrize("number", PARAGRAPHS)
@pytest.mark.parametrize(
    ("code", "most"), [*((code, 0.01) for code in ("rus", "ukr", "ell", "vie", "ces", "tur")), ("heb", 0.035)]
)
def test_a_paragraph_is_read_by_a_pack_of_its_script(
    packs: Packs, code: str, most: float, number: int
) -> None:
    """Three lines choose the pack: one Russian paragraph is read by the Ukrainian pack, with е for ё."""  # noqa: RUF002
    image, truth = draw_paragraph(code, number)
    reading = read(image, packs)
    assert reading.doubts == ()
    assert [LANGUAGES[pack].script for pack in reading.packs] == [LANGUAGES[code].script]
    assert measure_errors(reading, truth) <= most


@pytest.mark.parametrize("number", PARAGRAPHS)
@pytest.mark.parametrize("code", ["rus", "ukr", "ell"])
def test_a_paragraph_that_is_upside_down_is_turned_by_its_pack(packs: Packs, code: str, number: int) -> None:
    image, truth = draw_paragraph(code, number, SERIF)
    reading = read(image.rotate(180), packs)
    assert (reading.turned, reading.packs) == (180, (code,))
    assert measure_errors(reading, truth) <= 0.02


@pytest.mark.parametrize(("code", "most"), [("rus", 0.01), ("ukr", 0.01), ("ell", 0.02)])
def test_a_paragraph_in_another_script_on_an_english_page_is_read_too(
    packs: Packs, code: str, most: float
) -> None:
    english = draw_paragraph("eng", 3)
    image, truth = stack(english, english, draw_paragraph(code, 2))
    reading = read(image, packs)
    assert reading.packs == (code,)
    assert measure_errors(reading, truth) <= most
