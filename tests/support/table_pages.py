"""Pages with a table whose cells are known: ruled, unruled, with cells that span, in scans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Rules = Literal["all", "rows", "outer", "head", "none"]
WIDTH, HEIGHT = 1240, 1000
LEFT, TOP = 100, 160
"""A part of an A4 page at 150 dpi."""
INTRO = "The figures below were taken in the second week of the season."
OUTRO = "All values were checked twice before they were put into this table."

Spans = dict[tuple[int, int], tuple[int, int]]
"""(row, column) of a cell, from 0 → how many rows and columns it spans."""


@dataclass(frozen=True)
class TablePage:
    name: str
    rows: tuple[tuple[str, ...], ...]
    """The text of each cell. Cells that a spanning one covers are empty."""
    image: Image.Image


def draw_table(
    rows: tuple[tuple[str, ...], ...],
    widths: tuple[int, ...],
    *,
    rules: Rules = "all",
    spans: Spans | None = None,
    high: int = 48,
    size: int = 24,
    align: str = "l",
) -> Image.Image:
    """Return the page: a line of text, the table, a line of text. A line break in a cell is drawn."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=size)
    draw.text((LEFT, 80), INTRO, font=font, fill=0)
    spans = spans or {}
    xs = _add_up(LEFT, widths)
    ys = _add_up(TOP, [high * max(cell.count("\n") + 1 for cell in row) for row in rows])
    covered = _list_covered(spans)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if (row, column) in covered:
                continue
            many, wide = spans.get((row, column), (1, 1))
            box = xs[column], ys[row], xs[column + wide], ys[row + many]
            if rules == "all":
                draw.rectangle(box, outline=0, width=2)
            place = box[0] + 12, box[1] + high // 2 - size // 2 - 2
            if align == "r" and column:
                place = box[2] - 12 - round(draw.textlength(text, font=font)), place[1]
            draw.multiline_text(place, text, font=font, fill=0, spacing=high - size)
    _draw_rules(draw, rules, xs, ys)
    draw.text((LEFT, ys[-1] + 60), OUTRO, font=font, fill=0)
    return image


def _add_up(start: int, sizes: Sequence[int]) -> list[int]:
    return [start + sum(sizes[:index]) for index in range(len(sizes) + 1)]


def _list_covered(spans: Spans) -> set[tuple[int, int]]:
    """Return the cells that a spanning one covers, without the one that spans."""
    return {
        (row + down, column + across)
        for (row, column), (many, wide) in spans.items()
        for down in range(many)
        for across in range(wide)
        if down or across
    }


def _draw_rules(draw: ImageDraw.ImageDraw, rules: Rules, xs: list[int], ys: list[int]) -> None:
    if rules in ("rows", "head"):
        for y in ys if rules == "rows" else [ys[0], ys[1], ys[-1]]:
            draw.line((xs[0], y, xs[-1], y), fill=0, width=2)
    if rules == "outer":
        draw.rectangle((xs[0], ys[0], xs[-1], ys[-1]), outline=0, width=2)


def scan(image: Image.Image, *, degrees: float = 0.0, noise: float = 8.0, blur: float = 0.8) -> Image.Image:
    """Return the page as a scanner gives it: slanted, gray, blurred, with noise."""
    turned = image.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(blur)), np.float32) * 0.85 + 30
    spots = np.random.default_rng(7).normal(0, noise, soft.shape)
    return Image.fromarray((soft + spots).clip(0, 255).astype(np.uint8))


PRICES = (
    ("Article", "Unit", "Count", "Price"),
    ("Apples", "kg", "12", "18.60"),
    ("Pears", "kg", "7", "14.35"),
    ("Walnuts", "bag", "3", "27.00"),
    ("Honey", "jar", "10", "65.50"),
    ("Cherries", "kg", "25", "98.75"),
)
STAFF = (
    ("Name", "Department", "Phone"),
    ("Anna Keller", "Accounting", "4471"),
    ("Bernard Vogt", "Warehouse", "4480"),
    ("Clara Stein", "Sales", "4402"),
    ("David Roth", "Research", "4455"),
)
SPANNING = (
    ("Region", "First half", "", "Second half", ""),
    ("", "Sales", "Costs", "Sales", "Costs"),
    ("North", "120", "80", "135", "91"),
    ("South", "98", "61", "102", "70"),
    ("West", "210", "150", "230", "149"),
)
SPANS: Spans = {(0, 0): (2, 1), (0, 1): (1, 2), (0, 3): (1, 2)}
TALL = (
    ("Step", "What to do", "Minutes"),
    ("1", "Wash the fruit and\ntake out the stones", "15"),
    ("2", "Boil with sugar and\nstir from time to time", "40"),
    ("3", "Fill into clean jars", "10"),
)
WIDE = (
    ("Day", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"),
    ("Low", "3", "5", "4", "2", "6", "7"),
    ("High", "11", "14", "12", "9", "15", "16"),
    ("Rain", "0.2", "1.4", "0.0", "3.8", "0.5", "0.1"),
)
GAPS = (
    ("Part", "Old", "New", "Note"),
    ("Bolt M6", "0.12", "", "on request"),
    ("Nut M6", "0.05", "0.06", ""),
    ("Washer", "", "0.02", "new"),
    ("Screw", "0.20", "0.22", ""),
)

MAKERS: dict[str, tuple[tuple[tuple[str, ...], ...], Callable[[], Image.Image]]] = {
    "ruled": (PRICES, lambda: draw_table(PRICES, (320, 160, 160, 200))),
    "ruled, spanning": (SPANNING, lambda: draw_table(SPANNING, (220, 160, 160, 160, 160), spans=SPANS)),
    "ruled, cells of two lines": (TALL, lambda: draw_table(TALL, (120, 460, 180))),
    "ruled, empty cells": (GAPS, lambda: draw_table(GAPS, (240, 160, 160, 260))),
    "unruled": (PRICES, lambda: draw_table(PRICES, (320, 160, 160, 200), rules="none")),
    "unruled, words": (STAFF, lambda: draw_table(STAFF, (340, 300, 160), rules="none")),
    "rules between rows": (PRICES, lambda: draw_table(PRICES, (320, 160, 160, 200), rules="rows", align="r")),
    "rules at the head": (WIDE, lambda: draw_table(WIDE, (160, *(130,) * 6), rules="head")),
    "scan, ruled": (STAFF, lambda: scan(draw_table(STAFF, (340, 300, 160)), degrees=0.6)),
    "scan, spanning": (
        SPANNING,
        lambda: scan(draw_table(SPANNING, (220, 160, 160, 160, 160), spans=SPANS), degrees=-0.4, blur=1.2),
    ),
}
"""Ten tables: name → the texts of the cells, and what draws the page."""


def make_table_page(name: str) -> TablePage:
    rows, draw = MAKERS[name]
    return TablePage(name, rows, draw())
