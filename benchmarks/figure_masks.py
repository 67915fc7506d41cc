"""Pages without their figures: what a reader makes of a chart is compared with signs that mean nothing.

A PDF's text of a diagram is in the order of drawing. That of a chart may lack its labels, or be signs of a
font without letters. So the figures that the layout network finds are painted over for every reader, and
their characters are left out of the truth.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw
from pypdfium2 import PdfTextPage

from ocr.layout import Found
from ocr.models import load_models

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels."""
PADDING = 6


def find_figures(picture: Image.Image) -> list[Box]:
    """Return the boxes of the page's figures."""
    found: list[Found] = load_models(1).find_regions(np.ascontiguousarray(np.asarray(picture)[:, :, ::-1]))
    return [
        (left - PADDING, top - PADDING, right + PADDING, bottom + PADDING)
        for kind, confidence, (left, top, right, bottom) in found
        if kind == "figure" and confidence >= 0.8
    ]


def paint_over(picture: Image.Image, figures: list[Box]) -> Image.Image:
    painted = picture.copy()
    for box in figures:
        ImageDraw.Draw(painted).rectangle(box, fill="white")
    return painted


def get_text_outside(text: PdfTextPage, figures: list[Box], scale: float, height: float) -> str:
    """Return the page's text without the characters within the figures. `height` is the page's, in points."""
    return "".join(
        "" if is_inside and not character.isspace() else "\n" if is_inside else character
        for character, is_inside in list_places(text, figures, scale, height)
    )


def list_places(
    text: PdfTextPage, figures: list[Box], scale: float, height: float
) -> Iterator[tuple[str, bool]]:
    """Yield each character of the page, and whether it is within a figure.

    White space has no box, and is where the character before it is.
    """
    is_inside = False
    for index in range(text.count_chars()):
        character = text.get_text_range(index, 1)
        if character.strip():
            left, bottom, right, top = text.get_charbox(index)
            x, y = (left + right) / 2 * scale, (height - (top + bottom) / 2) * scale
            is_inside = any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in figures)
        yield character, is_inside
