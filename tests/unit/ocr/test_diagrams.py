"""The labels of a figure are read in order, and those of several lines stay whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.diagrams import order_labels
from ocr.frames import Frame
from ocr.layout import build_regions
from ocr.lines import Box, Line, is_slanted
from ocr.page_layout import lay_out, to_corners
from ocr.recognize import Reading
from ocr.regions import group_rows


def make_line(text: str, x: int, y: int, height: int = 24) -> Line:
    """Return a line around this point."""
    width = 10 * len(text)
    return Line(text, 0.9, to_corners((x - width // 2, y - height // 2, x + width // 2, y + height // 2)))


def read(*lines: Line) -> list[str]:
    return ["  ".join(line.text for line in row) for row in order_labels(lines)]


def make_box(x: int, y: int, *texts: str) -> list[Line]:
    """Return the lines of a label, whose boxes overlap as those of the line finder do."""
    return [make_line(text, x, y + 18 * number) for number, text in enumerate(texts)]


def test_a_label_of_two_lines_stays_whole_beside_others() -> None:
    lines = [*make_box(100, 100, "Interpret", "Bytecodes"), *make_box(400, 108, "Overhead")]
    assert read(*lines) == ["Interpret", "Bytecodes", "Overhead"]


def test_labels_of_two_lines_on_one_level_are_read_one_by_one() -> None:
    lines = [*make_box(100, 100, "Record", "LIR Trace"), *make_box(400, 100, "Enter", "Compiled Trace")]
    assert read(*lines) == ["Record", "LIR Trace", "Enter", "Compiled Trace"]


def test_labels_that_are_far_below_each_other_are_two() -> None:
    lines = [make_line("Monitor", 100, 100), make_line("Execute", 100, 160), make_line("abort", 300, 130)]
    assert read(*lines) == ["Monitor", "abort", "Execute"]


def test_labels_of_one_line_on_one_level_are_a_row() -> None:
    assert read(*(make_line(f"{each}%", 100 + 5 * each, 300) for each in (0, 20, 40))) == ["0%  20%  40%"]


def test_a_table_that_is_taken_for_a_figure_is_read_by_rows() -> None:
    cells = [make_line(f"{row}{column}", 100 * column, 25 * row) for row in range(6) for column in range(3)]
    assert read(*cells) == [f"{row}0  {row}1  {row}2" for row in range(6)]


def test_a_form_that_is_taken_for_a_figure_is_read_by_rows() -> None:
    texts = [("Name", "Mary Reed"), ("Date", "3 May")]
    lines = [
        Line(text, 0.9, to_corners((left, 26 * row, left + 10 * len(text), 26 * row + 24)))
        for row, pair in enumerate(texts)
        for left, text in zip((0, 200), pair, strict=True)
    ]
    assert read(*lines) == ["Name  Mary Reed", "Date  3 May"]


def test_parts_side_by_side_are_read_in_turn() -> None:
    graph = [make_line(f"i{number}", 100, 60 * number) for number in range(1, 5)]
    tree = [make_line(f"t{number}", 300 + 20 * number, 50 * number + 25) for number in range(1, 5)]
    assert read(*tree, *graph) == ["i1", "i2", "i3", "i4", "t1", "t2", "t3", "t4"]


def test_a_caption_in_larger_letters_is_no_part_of_a_label() -> None:
    lines = [make_line("Linked", 100, 100), make_line("(c)", 100, 126, 35), make_line("Closed", 300, 102)]
    assert read(*lines) == ["Linked  Closed", "(c)"]


def test_lines_whose_boxes_overlap_are_no_row_where_one_is_below_the_other() -> None:
    """Their middles are 12 pixels apart, and their boxes are 28 high."""
    below, above = make_line("a longer line below", 110, 112, 28), make_line("a line above", 100, 100, 28)
    assert [[line.text for line in row] for row in group_rows([below, above])] == [[above.text], [below.text]]


def test_a_region_of_a_figure_is_read_by_its_labels() -> None:
    lines = [*make_box(100, 100, "Interpret", "Bytecodes"), *make_box(300, 110, "Overhead")]
    (figure,) = build_regions(lines, [("figure", 0.9, (0.0, 0.0, 400.0, 300.0))], 1000, 1000)
    assert figure.text == "Interpret\nBytecodes\nOverhead"


def make_slanted(text: str, x: int, *, rise: int = 100, turned: bool = False) -> Line:
    """Return a label that ends at this x if it rises, or starts there. `turned`: by another first corner."""
    a, b = ((x - 100, 200 + rise), (x, 200)) if rise > 0 else ((x, 200), (x + 100, 200 - rise))
    c, d = (b[0] + 14, b[1] + 14), (a[0] + 14, a[1] + 14)
    if rise < 0:
        a, b, c, d = (a[0] + 14, a[1] - 14), (b[0] + 14, b[1] - 14), b, a
    return Line(text, 0.9, (d, a, b, c) if turned else (a, b, c, d))


@pytest.mark.parametrize("rise", [100, -100, 60, -60])
def test_slanted_labels_are_read_along_the_axis(rise: int) -> None:
    ticks = [make_line(str(number), 40, 180 - 30 * number) for number in range(4)]
    labels = [make_slanted(f"label-{x}", x, rise=rise, turned=x % 100 == 0) for x in range(150, 500, 50)]
    names = [label.text for label in labels]
    assert read(*labels[::-1], *ticks) == ["3", "2", "1", "0", *names]
    assert all(is_slanted(label.corners) for label in labels)


def test_lines_that_are_level_or_upright_or_short_are_not_slanted() -> None:
    level = make_line("a line", 100, 100)
    assert not is_slanted(level.corners)
    assert not is_slanted(to_corners((100, 100, 120, 400)))
    assert not is_slanted(((100, 125), (200, 100), (205, 120), (105, 145)))  # 14 degrees
    assert not is_slanted(((100, 110), (112, 100), (122, 112), (110, 122)))  # a letter


def test_slanted_labels_of_a_page_are_read_along_the_axis() -> None:
    labels = [make_slanted(f"label-{x}", x) for x in (350, 300, 400)]
    size = (600, 500)
    page = np.full((size[1], size[0], 3), 255, np.uint8)
    places: list[Box] = [(250, 200, 414, 314), (200, 290, 314, 310), (300, 190, 414, 210)]
    reading = Reading(page, 0, labels, places, Frame(np.eye(2, 3, dtype=np.float32), size))
    (figure,) = lay_out(reading, [("figure", 0.9, (100.0, 100.0, 500.0, 400.0))], 0.5)
    assert figure.text.splitlines() == ["label-300", "label-350", "label-400"]


def test_the_box_of_a_watermark_across_a_page_is_level_in_the_layout() -> None:
    """A slanted one would be around the text, whose paragraphs it would join."""
    places: list[Box] = [(100, 100 + 60 * row, 500, 124 + 60 * row) for row in range(6)]
    lines = [Line(f"paragraph {row}", 0.9, to_corners(place)) for row, place in enumerate(places)]
    lines.append(Line("DRAFT", 0.9, ((120, 400), (420, 100), (450, 130), (150, 430))))
    page = np.full((600, 600, 3), 255, np.uint8)
    places.append((120, 405, 450, 425))
    reading = Reading(page, 0, lines, places, Frame(np.eye(2, 3, dtype=np.float32), (600, 600)))
    regions = lay_out(reading, [], 0.5)
    assert [len(region.lines) for region in regions] == [1] * 5 + [2]


PLACE = st.integers(0, 400)


@given(st.lists(st.tuples(st.text("ab", min_size=1, max_size=9), PLACE, PLACE, st.integers(8, 40))))
def test_whatever_the_lines_each_is_read_once(places: list[tuple[str, int, int, int]]) -> None:
    lines = [make_line(*place) for place in places]
    assert sorted(map(id, lines)) == sorted(id(line) for row in order_labels(lines) for line in row)
