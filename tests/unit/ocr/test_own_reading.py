"""A page's own text with the real networks and children: `text_layer: auto`."""

from __future__ import annotations

import json
from typing import Any

import pypdfium2
import pytest
from fpdf import FPDF

from tests.support.fake_work import FakeWork
from tests.support.pictures import make_picture
from tests.unit.ocr.conftest import WorkMaker
from tests.unit.ocr.task_case import run_all, strip_spaces, write_pdf

TEXT = ("The quick brown fox jumps over", "the lazy dog and goes to sleep")
OTHER = ("Nothing of what is said here can", "be seen by people on this page")


def read_page(work: FakeWork) -> dict[str, Any]:
    page: dict[str, Any] = json.loads((work.outputs / "result.json").read_text())["pages"][0]
    return page


def write_scan(*hidden: str) -> bytes:
    """Write a page whose picture says TEXT, with invisible text over it."""
    document = FPDF(unit="pt", format=(480, 130))
    document.add_page()
    document.image(make_picture(*TEXT), 0, 0, 480, 130)
    document.set_font("Helvetica", size=28)
    document.text_mode = 3  # invisible
    for number, text in enumerate(hidden):
        document.text(30, 50 + 48 * number, text)
    return bytes(document.output())


def write_turned(degrees: int) -> bytes:
    """Write TEXT turned on the page, by a program that does not turn the page."""
    document = FPDF(unit="pt", format=(500, 500))
    document.add_page()
    document.set_font("Helvetica", size=14)
    with document.rotation(degrees, 250, 250):
        for number, text in enumerate(TEXT):
            document.text(150, 240 + 20 * number, text)
    return bytes(document.output())


def test_sound_text_is_taken_with_its_words(make_work: WorkMaker) -> None:
    work = make_work(write_pdf("\n".join(TEXT)), text_layer="auto", dpi=120)
    assert run_all(work)["from_text_layer"] == 1
    (first, second) = [line for region in read_page(work)["regions"] for line in region["lines"]]
    assert (first["text"], second["text"]) == TEXT
    assert [word["text"] for word in second["words"]] == TEXT[1].split()
    assert {word["confidence"] for word in second["words"]} == {None}


@pytest.mark.parametrize(
    ("text_layer", "hidden", "source", "text"),
    [
        ("auto", TEXT, "text-layer", TEXT),
        ("auto", OTHER, "ocr", TEXT),
        ("prefer", OTHER, "text-layer", OTHER),
    ],
)
def test_text_that_says_something_else_than_the_picture_is_not_taken(
    make_work: WorkMaker, text_layer: str, hidden: tuple[str, str], source: str, text: tuple[str, str]
) -> None:
    work = make_work(write_scan(*hidden), text_layer=text_layer, dpi=72)
    run_all(work)
    page = read_page(work)
    assert page["source"] == source
    read = "".join(region["text"] for region in page["regions"])
    assert strip_spaces(read) == strip_spaces("".join(text))


def test_wrong_invisible_text_is_redone_in_the_pdf(make_work: WorkMaker) -> None:
    work = make_work(write_scan(*OTHER), text_layer="auto", existing_text="redo", dpi=72, outputs=["pdf"])
    run_all(work)
    with pypdfium2.PdfDocument(work.outputs / "searchable.pdf") as document:
        text = document[0].get_textpage().get_text_range()
    assert strip_spaces(text) == strip_spaces("".join(TEXT))
    assert set(work.published) == {"page-0001.json", "searchable.pdf"}


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_text_is_upright_and_in_order(make_work: WorkMaker, degrees: int) -> None:
    work = make_work(write_turned(degrees), text_layer="auto", dpi=100)
    assert run_all(work)["from_text_layer"] == 1
    page = read_page(work)
    assert page["turned"] == degrees
    assert "".join(region["text"] for region in page["regions"]).split() == " ".join(TEXT).split()
    left, _, right, _ = page["regions"][0]["box"]
    assert right - left > 100
