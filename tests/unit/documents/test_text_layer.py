"""A page's own text: its lines, words and directions, in pixels of the drawn page."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from fpdf import FPDF

from documents.document import Source
from documents.text_layer import OwnText

SIZE = (800, 400)
"""Pixels of a page of 400 x 200 points."""


def write(path: Path, content: bytes, rotation: int = 0) -> Path:
    """Write a page with Helvetica as F1."""
    document = FPDF(unit="pt", format=(400, 200))
    document.add_page()
    document.set_font("Helvetica", size=20)
    document.text(-500, 0, "x")
    document.output(str(path))
    with pikepdf.open(path, allow_overwriting_input=True) as opened:
        opened.pages[0].Contents = opened.make_stream(content)
        opened.pages[0].Rotate = rotation
        opened.save()
    return path


def read(path: Path, size: tuple[int, int] = SIZE) -> OwnText:
    return Source(path, None).open_with("pdfium").read_text(1, size)


def test_a_line_has_words_with_boxes(tmp_path: Path) -> None:
    (line,) = read(write(tmp_path / "a.pdf", b"BT /F1 20 Tf 50 100 Td (Two words) Tj ET")).lines
    assert (line["text"], line["hidden"]) == ("Two words", False)
    assert [word["text"] for word in line["words"]] == ["Two", "words"]
    (left, top), (right, _), (_, bottom), _ = line["words"][1]["corners"]
    assert (left, right) == pytest.approx((187, 292), abs=3)
    assert (top, bottom) == pytest.approx((171, 200), abs=3)


@pytest.mark.parametrize(
    ("matrix", "rotation", "first", "second"),
    [
        (b"1 0 0 1 50 100", 0, (100, 200), (1, 0)),
        (b"0 1 -1 0 200 50", 0, (400, 300), (0, -1)),
        (b"-1 0 0 -1 300 100", 0, (600, 200), (-1, 0)),
        (b"0 -1 1 0 200 150", 0, (400, 100), (0, 1)),
        (b"1 0 0 1 50 100", 90, (200, 100), (0, 1)),
        (b"0 1 -1 0 200 50", 90, (100, 400), (1, 0)),
    ],
)
def test_corners_follow_the_direction_of_the_text(
    tmp_path: Path, matrix: bytes, rotation: int, first: tuple[int, int], second: tuple[int, int]
) -> None:
    content = b"BT /F1 20 Tf " + matrix + b" Tm (EEEEEEEE) Tj ET"
    size = SIZE if rotation == 0 else SIZE[::-1]
    (line,) = read(write(tmp_path / "a.pdf", content, rotation), (size[0], size[1])).lines
    start, end, _, low = line["corners"]
    assert low == pytest.approx(first, abs=6)  # the baseline starts where the matrix says
    direction = ((end[0] - start[0]) // 150, (end[1] - start[1]) // 150)
    assert tuple(max(-1, min(1, each)) for each in direction) == second


def test_a_wide_gap_ends_a_line(tmp_path: Path) -> None:
    content = b"BT /F1 20 Tf 20 100 Td (left) Tj 200 0 Td (right) Tj ET"
    assert [line["text"] for line in read(write(tmp_path / "a.pdf", content)).lines] == ["left", "right"]


def test_invisible_text_is_a_line_of_its_own(tmp_path: Path) -> None:
    content = b"BT /F1 20 Tf 20 100 Td (seen) Tj 3 Tr 60 0 Td (hidden) Tj ET"
    lines = read(write(tmp_path / "a.pdf", content)).lines
    assert [(line["text"], line["hidden"]) for line in lines] == [("seen", False), ("hidden", True)]


def test_text_beside_the_page_is_left_out(tmp_path: Path) -> None:
    content = b"BT /F1 20 Tf 20 100 Td (on) Tj 500 500 Td (off) Tj ET"
    assert [line["text"] for line in read(write(tmp_path / "a.pdf", content)).lines] == ["on"]


def test_pictures_are_found_in_forms_too(tmp_path: Path) -> None:
    image = b"q 100 0 0 50 200 100 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    path = write(tmp_path / "a.pdf", image + b" /X Do")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        form = document.make_stream(b"40 0 0 40 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI")
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = pikepdf.Array([0, 0, 40, 40])
        document.pages[0].Resources.XObject = pikepdf.Dictionary(X=form)
        document.save()
    pictures = sorted(read(path).pictures)
    assert pictures[0] == pytest.approx((0, 320, 80, 400), abs=2)
    assert pictures[1] == pytest.approx((400, 100, 600, 200), abs=2)
