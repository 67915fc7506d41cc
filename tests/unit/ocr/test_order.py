"""The order of boxes: columns, bands, rows of fields."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocr.lines import Box
from ocr.order import sort_in_reading_order

LINE_HEIGHT = 10


def read_order(*boxes: Box) -> list[Box]:
    return sort_in_reading_order(boxes, lambda box: box, LINE_HEIGHT)


def test_a_letters_date_at_the_right_is_no_column() -> None:
    sender, address, date = (600, 0, 800, 40), (0, 60, 200, 100), (600, 120, 800, 130)
    body = (0, 150, 700, 400)
    assert read_order(body, date, address, sender) == [sender, address, date, body]


def test_columns_of_two_articles_are_read_article_by_article() -> None:
    first = [(0, 0, 100, 200), (110, 0, 210, 180), (220, 0, 320, 190)]
    second = [(0, 260, 100, 400), (110, 260, 210, 400), (220, 260, 320, 390)]
    assert read_order(*second, *first) == [*first, *second]


def test_a_gap_of_a_paragraph_across_columns_is_a_coincidence() -> None:
    left = [(0, 0, 100, 100), (0, 115, 100, 300)]
    right = [(110, 0, 210, 100), (110, 115, 210, 280)]
    assert read_order(*right, *left) == [*left, *right]


def test_fields_of_a_form_are_read_row_by_row() -> None:
    """Each is a label over its value."""
    fields = [(x, y, x + 90, y + 24) for y in (0, 40, 80, 120) for x in (0, 200, 400)]
    assert read_order(*reversed(fields)) == fields


def test_low_boxes_on_several_levels_are_columns() -> None:
    left, right = [(0, 0, 100, 30), (0, 50, 100, 80)], [(110, 15, 210, 45), (110, 55, 210, 85)]
    assert read_order(*right, *left) == [*left, *right]


def test_columns_may_overlap_by_the_networks_noise() -> None:
    left, right = (0, 5, 100, 55), (92, 0, 192, 50)
    assert read_order(right, left) == [left, right]


def test_a_last_line_of_a_column_belongs_to_it() -> None:
    left, right = [(0, 0, 100, 100), (0, 112, 100, 122)], [(110, 0, 210, 100), (110, 112, 210, 122)]
    assert read_order(*right, *left) == [*left, *right]


def test_a_menu_beside_a_page_is_a_column() -> None:
    menu = [(0, 44 * row, 80, 44 * row + 12) for row in range(5)]
    page = [(200, 0, 500, 20), (200, 60, 600, 160)]
    assert read_order(*page, *menu) == [*menu, *page]


ROWS = st.integers(1, 6)
HEIGHTS = st.lists(st.integers(40, 300), min_size=1, max_size=5)
GAP = 12


@given(st.lists(HEIGHTS, min_size=1, max_size=4))
def test_columns_of_any_paragraphs_are_read_one_after_the_other(columns: list[list[int]]) -> None:
    """Whatever gaps across the page the paragraphs happen to have: their gaps are small."""
    boxes: list[Box] = []
    for column, heights in enumerate(columns):
        top = 0
        for height in heights:
            boxes.append((column * 320, top, column * 320 + 300, top + height))
            top += height + GAP
    assert read_order(*sorted(boxes, key=hash)) == boxes


@given(ROWS, ROWS, st.integers(15, 200), st.integers(10, 30))
def test_a_grid_of_fields_is_read_by_rows(across: int, down: int, gap: int, height: int) -> None:
    fields = [
        (x * 300, y * (height + gap), x * 300 + 200, y * (height + gap) + height)
        for y in range(down)
        for x in range(across)
    ]
    assert read_order(*sorted(fields, key=hash)) == fields


@given(
    st.lists(
        st.tuples(*[st.integers(0, 999)] * 4).map(lambda b: (b[0], b[1], b[0] + b[2] + 1, b[1] + b[3] + 1))
    ),
    st.integers(0, 50),
)
def test_each_box_is_read_once_and_the_order_of_the_input_does_not_count(
    boxes: list[Box], height: int
) -> None:
    made = sort_in_reading_order(boxes, lambda box: box, height)
    assert sorted(made) == sorted(boxes)
    assert sort_in_reading_order(list(reversed(boxes)), lambda box: box, height) == made


def count_looks(number: int) -> int:
    """Return how often a box is looked at while a column of so many lines is sorted."""
    looks = 0

    def look(box: Box) -> Box:
        nonlocal looks
        looks += 1
        return box

    lines = [(100, 30 * row, 500 + row % 7, 30 * row + 24) for row in range(number)]
    assert sort_in_reading_order(lines, look, 24) == lines
    return looks


def test_the_work_for_a_long_column_grows_with_its_length() -> None:
    assert count_looks(800) < 2.5 * count_looks(400)
