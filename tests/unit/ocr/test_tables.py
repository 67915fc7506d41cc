"""The cells of tables, and what shows that they are wrong."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.forms.tables import to_rows
from ocr.frames import Frame
from ocr.lines import Box, Corners, Line, Word
from ocr.page_layout import list_level_lines
from ocr.recognize import Reading
from ocr.regions import Region, group_rows
from ocr.table_areas import find_table_areas
from ocr.tables import find_tables
from tests.support.read_tables import assert_cells_are_right, to_pixels
from tests.support.table_pages import LEFT, TOP, draw_table

ROW = 48


def make_line(text: str, left: int, top: int, *, confidence: float = 0.99) -> Line:
    """Return a line of 24 pixels, as wide as its letters, with its words."""
    words = tuple(
        Word(match[0], confidence, box(left + 12 * match.start(), top, left + 12 * match.end(), top + 24))
        for match in re.finditer(r"\S+", text)
    )
    return Line(text, confidence, box(left, top, left + 12 * len(text), top + 24), words)


def box(left: int, top: int, right: int, bottom: int) -> tuple[tuple[int, int], ...]:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def make_region(lines: list[Line], area: tuple[int, int, int, int]) -> Region:
    return Region("table", 0.9, area, group_rows(lines))


WIDTHS = (300, 200, 200)
ROWS = (("Article", "Count", "Price"), ("Apples", "12", "18.60"), ("Pears", "7", "14.35"))
AREA = (LEFT, TOP, LEFT + sum(WIDTHS), TOP + ROW * len(ROWS))


def place(rows: tuple[tuple[str, ...], ...]) -> list[Line]:
    """Return a line in each cell of a table that `draw_table` has drawn."""
    return [
        make_line(text, LEFT + sum(WIDTHS[:column]) + 12, TOP + ROW * row + 12)
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
        if text
    ]


def test_lines_fill_the_cells() -> None:
    region = make_region(place(ROWS), AREA)
    table = find_tables(to_pixels(draw_table(ROWS, WIDTHS)), [region])[1]
    assert to_rows(table.to_json()) == [list(row) for row in ROWS]
    assert (table.sure, table.outside) == (True, "")
    assert table.cells[4].box == pytest.approx((400, 208, 600, 256), abs=4)


def test_a_line_across_two_cells_is_divided_at_its_words() -> None:
    lines = [*place(ROWS[:2]), make_line("Pears                      7", 112, TOP + 2 * ROW + 12)]
    table = find_tables(to_pixels(draw_table(ROWS, WIDTHS)), [make_region(lines, AREA)])[1]
    assert to_rows(table.to_json())[2][:2] == ["Pears", "7"]


def test_a_table_is_not_sure_if_a_word_reaches_into_the_next_cell() -> None:
    lines = [*place(ROWS[:2]), make_line("Pearsandotherfruitthatislongandlonger", 112, TOP + 2 * ROW + 12)]
    assert not find_tables(to_pixels(draw_table(ROWS, WIDTHS)), [make_region(lines, AREA)])[1].sure


def test_a_table_is_not_sure_if_a_cell_has_a_gap_like_that_between_columns() -> None:
    lines = [make_line("Pears           Apples", 112, TOP + 2 * ROW + 12), *place(ROWS[:2])]
    assert not find_tables(to_pixels(draw_table(ROWS, WIDTHS)), [make_region(lines, AREA)])[1].sure


def test_a_table_is_not_sure_if_a_word_is_doubtful() -> None:
    lines = [*place(ROWS[:2]), make_line("Pears", 112, TOP + 2 * ROW + 12, confidence=0.6)]
    assert not find_tables(to_pixels(draw_table(ROWS, WIDTHS)), [make_region(lines, AREA)])[1].sure


def test_text_beside_the_cells_is_not_lost() -> None:
    lines = [*place(ROWS), make_line("Note", LEFT, AREA[3] + 60)]
    region = make_region(lines, (*AREA[:3], AREA[3] + 100))
    table = find_tables(to_pixels(draw_table(ROWS, WIDTHS)), [region])[1]
    assert (table.sure, table.outside) == (False, "Note")


def test_a_region_with_more_text_than_its_table_is_no_table() -> None:
    lines = [
        *place(ROWS),
        *(make_line("A line of other text " * 2, LEFT, 400 + 40 * row) for row in range(5)),
    ]
    region = make_region(lines, (*AREA[:3], 600))
    assert find_tables(to_pixels(draw_table(ROWS, WIDTHS)), [region]) == {}


def test_rows_without_a_grid_are_guessed_and_never_sure() -> None:
    white = to_pixels(Image.new("L", (800, 400), 255))
    table = find_tables(white, [make_region(place(ROWS), AREA)])[1]
    assert to_rows(table.to_json()) == [list(row) for row in ROWS]
    assert not table.sure


def test_a_net_of_rules_is_found_where_the_network_sees_a_figure() -> None:
    image = to_pixels(draw_table(ROWS, WIDTHS))
    figure = ("figure", 0.6, tuple(float(each) for each in AREA))
    ((kind, _, area),) = find_table_areas(image, place(ROWS), [figure])  # type: ignore[list-item]
    assert kind == "table"
    assert area == pytest.approx(AREA, abs=4)


def test_columns_of_prose_and_a_frame_are_no_tables() -> None:
    image = Image.new("L", (1240, 1000), 255)
    ImageDraw.Draw(image).rectangle((80, 80, 1160, 900), outline=0, width=3)
    prose = [
        make_line("words that go on to the end of the column", left, 120 + 40 * row)
        for row in range(10)
        for left in (100, 640)
    ]
    assert find_table_areas(to_pixels(image), prose, []) == []


def test_slanted_labels_below_a_chart_are_no_table() -> None:
    """Pieces of slanted labels stand in rows and columns."""
    white = to_pixels(Image.new("L", (1240, 1000), 255))
    places: list[Box] = [
        (100 + 60 * column, 100 + 45 * row, 150 + 60 * column, 114 + 45 * row)
        for row in range(5)
        for column in range(5)
    ]
    frame = Frame(np.eye(2, 3, dtype=np.float32), (1240, 1000))
    slanted, level = (
        Reading(white, 0, [Line("crypto-", 0.9, shape(*place)) for place in places], places, frame)
        for shape in (slant, box)
    )
    assert find_table_areas(white, list_level_lines(slanted), []) == []
    assert len(find_table_areas(white, list_level_lines(level), [])) == 1


def slant(left: int, top: int, right: int, _bottom: int) -> Corners:
    return (left, top + 40), (right - 10, top), (right, top + 10), (left + 10, top + 50)


# tests/long/ten_tables.py reads all ten.
@pytest.mark.parametrize("name", ["ruled, spanning", "unruled, words", "scan, ruled"])
def test_the_cells_of_a_page_are_right(name: str) -> None:
    assert_cells_are_right(name)
