"""The annotated picture: labels must not hide the text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from ocr.annotate import annotate
from ocr.layout import Region
from ocr.lines import Box, Line


def make_region(box: Box) -> Region:
    left, top, right, bottom = box
    line = Line("words", 0.9, ((left, top), (right, top), (right, bottom), (left, bottom)))
    return Region("text", 0.9, box, ((line,),))


def test_a_label_hides_no_line(tmp_path: Path) -> None:
    page = np.full((400, 700, 3), 255, np.uint8)
    above, below = (150, 100, 550, 120), (150, 130, 550, 150)
    annotate(page, [make_region(above), make_region(below)], tmp_path / "page.jpg")
    with Image.open(tmp_path / "page.jpg") as picture:
        drawn = np.asarray(picture)
    for left, top, right, bottom in (above, below):
        assert drawn[top + 5 : bottom - 5, left + 5 : right - 5].min() > 200
    assert drawn[:, :140].min() < 100, "the second label stands before its region"
