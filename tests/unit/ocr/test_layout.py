"""Lines and detected boxes become regions in reading order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.layout import Found, build_regions
from ocr.lines import Box, Line
from ocr.order import sort_in_reading_order
from ocr.regions import group_rows


def make_line(text: str, left: int, top: int, right: int, bottom: int) -> Line:
    return Line(text, 0.9, ((left, top), (right, top), (right, bottom), (left, bottom)))


def read_order(*boxes: Box) -> list[Box]:
    return sort_in_reading_order(boxes, lambda box: box, LINE_HEIGHT)


LINE_HEIGHT = 8
TITLE, FOOTER = (10, 0, 190, 10), (10, 190, 190, 200)
LEFT = [(10, 20, 90, 60), (10, 70, 90, 120), (10, 130, 90, 180)]
RIGHT = [(110, 20, 190, 60), (110, 70, 190, 150), (110, 160, 190, 180)]


def test_columns_are_read_in_turn_between_boxes_that_span_them() -> None:
    expected = [TITLE, *LEFT, *RIGHT, FOOTER]
    assert read_order(*reversed(expected)) == expected


def test_a_gap_across_both_columns_does_not_split_them() -> None:
    both = [*LEFT[:2], RIGHT[0], (110, 70, 190, 120)]
    assert read_order(*both) == both


def test_a_small_heading_over_a_column_stays_with_it() -> None:
    heading, wide = (10, 60, 40, 68), (12, 0, 190, 50)
    body, right = (10, 70, 90, 180), (110, 60, 190, 180)
    assert read_order(right, body, heading, wide) == [wide, heading, body, right]


def test_a_column_that_starts_lower_is_read_first_if_it_is_the_left_one() -> None:
    left, above, heading, below = (
        (10, 70, 90, 180),
        (110, 20, 190, 50),
        (110, 55, 150, 63),
        (110, 72, 190, 180),
    )
    assert read_order(above, heading, below, left) == [left, above, heading, below]


def test_a_letter_of_a_watermark_between_columns_does_not_join_them() -> None:
    left_heading, right_heading = (106, 400, 308, 434), (636, 400, 836, 434)
    left, right = [(103, 444, 579, 895), (104, 942, 576, 1009)], [(635, 444, 1113, 950), (638, 969, 889, 996)]
    items = [left_heading, right_heading, *left, *right, (511, 828, 660, 896)]
    made = sort_in_reading_order(items, lambda box: box, 28)
    assert [box for box in made if box[0] < 500] == [left_heading, *left]
    assert [box for box in made if box[0] > 600] == [right_heading, *right]
    assert made[0] == left_heading
    assert made[-3:] == [right_heading, *right]


def test_a_paragraph_of_two_lines_beside_a_heading_is_no_row_of_labels() -> None:
    """A figure below the paragraph begins elsewhere."""
    left, figure = [(104, 444, 576, 890), (104, 942, 576, 1009)], (208, 1042, 570, 1278)
    right = [(635, 444, 1113, 930), (638, 969, 889, 996), (635, 1010, 1107, 1159)]
    assert sort_in_reading_order([*right, figure, *left], lambda box: box, 28) == [*left, figure, *right]


def test_a_date_and_a_price_above_columns_are_read_before_them() -> None:
    date, price = (10, 0, 50, 8), (125, 0, 160, 8)
    left, right = (10, 20, 90, 180), (110, 20, 190, 180)
    assert read_order(right, left, price, date) == [date, price, left, right]


def test_a_menu_that_ends_below_the_last_paragraph_beside_it_is_one_column() -> None:
    """The last level of both has nothing but the menu below it."""
    menu = [(20, 92 + 44 * row, 125, 112 + 44 * row) for row in range(7)]
    text = [(358, 96, 612, 126), (357, 152, 1061, 192), (356, 207, 1054, 246), (357, 261, 1043, 300)]
    assert sort_in_reading_order([*text, *menu], lambda box: box, 22) == [*menu, *text]
    last = (357, 264, 900, 286)
    assert sort_in_reading_order([*text[:3], last, *menu], lambda box: box, 22) == [*menu, *text[:3], last]


def test_headings_of_columns_are_read_with_their_columns() -> None:
    heading, centered = (10, 0, 50, 8), (130, 0, 170, 8)
    left, right = (10, 20, 90, 180), (110, 20, 190, 180)
    assert read_order(right, left, centered, heading) == [heading, left, centered, right]


def test_a_box_across_the_page_parts_what_is_above_it_from_the_columns_below() -> None:
    above, wide = (110, 0, 190, 20), (10, 25, 190, 50)
    left, right = (10, 55, 90, 180), (110, 55, 190, 180)
    assert read_order(right, left, wide, above) == [above, wide, left, right]


def test_boxes_that_overlap_each_other_are_read_from_the_top() -> None:
    assert read_order((5, 5, 50, 50), (0, 0, 40, 40)) == [(0, 0, 40, 40), (5, 5, 50, 50)]


SIDE = st.integers(0, 100)
BOX = st.tuples(SIDE, SIDE, SIDE, SIDE).map(lambda b: (b[0], b[1], b[0] + b[2] + 1, b[1] + b[3] + 1))


@given(st.lists(BOX))
def test_whatever_the_boxes_each_is_read_once(boxes: list[Box]) -> None:
    assert sorted(read_order(*boxes)) == sorted(boxes)


def test_a_headline_near_a_column_is_a_group_of_its_own() -> None:
    headline = make_line("Ribbon lantern meadow bridge", 105, 681, 541, 716)
    body = [
        make_line("The gardener has painted the summer", 455, 736 + 24 * row, 735, 763 + 24 * row)
        for row in range(4)
    ]
    assert [len(region.lines) for region in build_regions([headline, *body], [], 1240, 1754)] == [1, 4]


def test_a_blurred_page_is_no_figure() -> None:
    prose = [
        make_line("a line of the text of a letter that is long", 100, 200 + 60 * row, 900, 224 + 60 * row)
        for row in range(5)
    ]
    sender = make_line("Ghent", 800, 100, 900, 124)
    found: list[Found] = [
        ("figure", 0.59, (50.0, 50.0, 1000.0, 900.0)),
        ("title", 0.4, (790.0, 90.0, 910.0, 130.0)),
    ]
    regions = build_regions([*prose, sender], found, 1240, 1754)
    assert [region.kind for region in regions] == ["title", "text", "text", "text", "text", "text"]
    sure: list[Found] = [("figure", 0.95, found[0][2])]
    assert [region.kind for region in build_regions(prose, sure, 1240, 1754)] == ["figure"]


def test_a_line_belongs_to_the_smallest_region_around_it() -> None:
    found = [("figure", 0.9, (0.0, 0.0, 200.0, 200.0)), ("title", 0.8, (10.0, 10.0, 100.0, 40.0))]
    made = build_regions(
        [make_line("head", 12, 14, 90, 30), make_line("body", 20, 100, 90, 120)], found, 300, 300
    )
    assert {region.kind: region.text for region in made} == {"figure": "body", "title": "head"}


def test_two_classes_of_one_box_are_one_region_of_the_surer_one() -> None:
    found = [("figure", 0.5, (0.0, 0.0, 100.0, 100.0)), ("table", 0.8, (2.0, 0.0, 100.0, 99.0))]
    assert [region.kind for region in build_regions([], found, 200, 200)] == ["table"]


def test_a_region_inside_a_table_or_text_is_part_of_it() -> None:
    left, right = make_line("xt v7", 10, 10, 60, 20), make_line("side exit", 100, 10, 180, 20)
    around = (0.0, 0.0, 200.0, 100.0)
    for kind, inner in (("table", "text"), ("table", "figure"), ("reference", "table")):
        found = [(kind, 0.7, around), (inner, 0.9, (5.0, 5.0, 80.0, 90.0))]
        (made,) = build_regions([left, right], found, 200, 200)
        assert (made.kind, made.text) == (kind, "xt v7  side exit")
        found[0] = (kind, 0.5, around)  # too unsure to absorb another region
        assert len(build_regions([left, right], found, 200, 200)) == 2


def test_a_picture_in_a_table_and_a_title_in_a_text_stay() -> None:
    head, body = make_line("head", 12, 14, 90, 30), make_line("body", 20, 100, 90, 120)
    found = [("table", 0.9, (0.0, 0.0, 200.0, 200.0)), ("figure", 0.8, (120.0, 10.0, 190.0, 90.0))]
    assert {region.kind for region in build_regions([body], found, 200, 200)} == {"table", "figure"}
    found = [("text", 0.9, (0.0, 0.0, 200.0, 200.0)), ("title", 0.8, (10.0, 10.0, 100.0, 40.0))]
    made = build_regions([head, body], found, 200, 200)
    assert {region.kind: region.text for region in made} == {"text": "body", "title": "head"}


def test_a_title_in_a_title_is_part_of_it() -> None:
    lines = [make_line(text, 0, top, 200, top + 10) for text, top in (("one", 0), ("two", 20), ("three", 40))]
    found: list[Found] = [("title", 0.76, (0.0, 0.0, 200.0, 50.0)), ("title", 0.53, (0.0, 19.0, 200.0, 31.0))]
    (made,) = build_regions(lines, found, 200, 200)
    assert made.text == "one\ntwo\nthree"


def test_a_region_of_text_without_a_line_is_none() -> None:
    found = [("title", 0.9, (0.0, 0.0, 50.0, 20.0)), ("figure", 0.9, (0.0, 50.0, 50.0, 90.0))]
    assert [region.kind for region in build_regions([], found, 200, 200)] == ["figure"]


def test_lines_in_no_region_make_regions_with_their_neighbours() -> None:
    lines = [
        make_line("one", 0, 0, 80, 10),
        make_line("two", 0, 14, 80, 24),
        make_line("far", 0, 120, 80, 130),
    ]
    made = build_regions(lines, [], 200, 200)
    assert [(region.kind, region.confidence, region.text) for region in made] == [
        ("text", None, "one\ntwo"),
        ("text", None, "far"),
    ]


def test_a_picture_reaches_to_the_ends_of_its_lines_and_not_beyond_the_page() -> None:
    line, around = make_line("wide", 0, 20, 150, 40), (10.0, -5.0, 140.0, 300.0)
    (made,) = build_regions([line], [("table", 0.9, around)], 200, 200)
    assert made.box == (0, 0, 150, 200)


def test_a_text_has_the_box_of_its_lines_however_far_the_networks_box_spans() -> None:
    first, last = make_line("first", 0, 20, 150, 40), make_line("last", 0, 160, 150, 180)
    found = [("text", 0.9, (0.0, 0.0, 200.0, 200.0)), ("title", 0.8, (0.0, 10.0, 200.0, 50.0))]
    made = build_regions([last, first], found, 200, 200)
    assert [(region.text, region.box) for region in made] == [("first", first.box), ("last", last.box)]


def test_lines_side_by_side_are_one_row_from_the_left() -> None:
    price, name = make_line("9.00", 100, 1, 140, 11), make_line("carrot", 0, 0, 60, 10)
    below = make_line("leek", 0, 14, 60, 24)
    assert group_rows([below, price, name]) == ((name, price), (below,))
    (made,) = build_regions([below, price, name], [("table", 0.9, (0.0, 0.0, 200.0, 30.0))], 200, 200)
    assert made.text == "carrot  9.00\nleek"


COLUMN = "a line of the text in a column"


def test_a_text_over_several_columns_of_prose_is_several_texts() -> None:
    lines = [
        make_line(f"{COLUMN} {column}", 160 * column, 14 * row, 160 * column + 145, 14 * row + 10)
        for column in range(3)
        for row in range(8)
    ]
    for found in ([("text", 0.9, (0.0, 0.0, 480.0, 120.0))], []):
        made = build_regions(lines, found, 1000, 1000)
        assert [region.text for region in made] == ["\n".join([f"{COLUMN} {n}"] * 8) for n in range(3)]


def test_a_figure_that_is_full_of_lines_is_none() -> None:
    lines = [make_line("an item of the invoice", 10, 40 * row, 210, 40 * row + 30) for row in range(8)]
    made = build_regions(lines, [("figure", 0.95, (0.0, 0.0, 300.0, 330.0))], 1000, 1000)
    assert {region.kind for region in made} == {"text"}
    assert (
        build_regions(lines[:3], [("figure", 0.95, (0.0, 0.0, 300.0, 330.0))], 1000, 1000)[0].kind == "figure"
    )


ITEMS = [make_line("an item of the invoice", 10, 40 * row, 210, 40 * row + 30) for row in range(8)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (ITEMS, ("table", 0.95, (0.0, 0.0, 300.0, 330.0))),
        (ITEMS[:4], ("figure", 0.95, (0.0, 0.0, 220.0, 160.0))),
        (ITEMS, ("figure", 0.95, (0.0, 0.0, 600.0, 330.0))),
        (ITEMS, ("figure", 0.95, (300.0, 0.0, 600.0, 100.0))),
        (ITEMS[:1], ("figure", 0.95, (0.0, 0.0, 900.0, 900.0))),
    ],
    ids=["a table", "few lines", "much beside the lines", "no line inside", "a picture with one line"],
)
def test_a_picture_is_no_page(lines: list[Line], found: Found) -> None:
    assert found[0] in {region.kind for region in build_regions(lines, [found], 1000, 1000)}


def test_a_figure_over_the_page_with_two_lines_is_a_page() -> None:
    made = build_regions(ITEMS[:2], [("figure", 0.95, (0.0, 0.0, 900.0, 900.0))], 1000, 1000)
    assert {region.kind for region in made} == {"text"}


def test_a_charts_slanted_labels_do_not_make_it_a_page() -> None:
    labels = [make_line("label", 30 * row, 0, 30 * row + 28, 80) for row in range(9)]
    (made,) = build_regions(labels, [("figure", 0.95, (0.0, 0.0, 300.0, 90.0))], 1000, 1000)
    assert made.kind == "figure"
