"""Reads the tables of the pages in table_pages.py."""

from __future__ import annotations

import re

import numpy as np
from PIL import Image

from ocr.forms.tables import to_rows
from ocr.line_reader import Image as Pixels
from ocr.lines import Line
from ocr.models import load_models
from ocr.page_layout import lay_out, to_corners
from ocr.recognize import read_lines
from ocr.table_areas import find_table_areas
from ocr.table_check import check_tables
from ocr.tables import Table, find_tables
from tests.support.table_pages import TablePage, make_table_page


def to_pixels(image: Image.Image) -> Pixels:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def read_tables(page: TablePage) -> list[Table]:
    """Return the tables that the networks and img2table find on the page."""
    networks = load_models(1)
    reading = read_lines(to_pixels(page.image), networks, lambda: None)
    view = reading.frame.view(reading.image)
    found = networks.find_regions(view)
    pairs = zip(reading.lines, reading.places, strict=True)
    lines = [Line(line.text, line.confidence, to_corners(place)) for line, place in pairs]
    regions = lay_out(reading, [*found, *find_table_areas(view, lines, found)], 0.5)
    checked = check_tables(reading.image, regions, networks, lambda: None)
    return list(find_tables(reading.image, checked).values())


def assert_cells_are_right(name: str) -> list[Table]:
    """Return the page's table, after asserting that there is one, with the right texts but for spaces.

    The table is sure, or says which cell is not.
    """
    page = make_table_page(name)
    (table,) = read_tables(page)
    assert [_strip(row) for row in to_rows(table.to_json())] == [_strip(list(row)) for row in page.rows]
    assert table.sure or not all(cell.sure for cell in table.cells)
    return [table]


def _strip(row: list[str]) -> list[str]:
    return [re.sub(r"\s", "", text) for text in row]
