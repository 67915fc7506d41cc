"""Columns of a listing or a table that the network did not find, and the signs of lists."""

from __future__ import annotations

import pytest

from ocr.columns import attach_signs, join_columns, join_fields
from ocr.lines import Line
from ocr.listing_rests import join_rests
from ocr.regions import Region, enclose_all, group_rows

COUNT = 8


def make_column(left: int, texts: list[str], kind: str = "text", top: int = 0, *, height: int = 14) -> Region:
    lines = [
        Line(
            text,
            0.9,
            tuple(
                (left + x, top + 20 * row + y)
                for x, y in ((0, 0), (9 * len(text), 0), (9 * len(text), height), (0, height))
            ),
        )
        for row, text in enumerate(texts)
    ]
    return Region(kind, 0.9, enclose_all(line.box for line in lines), group_rows(lines))


CODE = make_column(0, [f"mov eax, {row}" for row in range(COUNT)])
COMMENTS = make_column(300, ["// what this instruction of the listing is for"] * COUNT)
PROSE = make_column(300, ["a line of the text in the column at the right hand"] * COUNT)


def test_a_listing_and_its_comments_are_read_by_rows() -> None:
    (joined,) = join_columns([COMMENTS, CODE])
    assert joined.text.splitlines()[1] == "mov eax, 1  // what this instruction of the listing is for"
    assert joined.box == enclose_all([CODE.box, COMMENTS.box])


def test_columns_of_a_table_are_joined_one_after_the_other() -> None:
    columns = [make_column(left, [str(left + row) for row in range(COUNT)]) for left in (0, 100, 200, 300)]
    (joined,) = join_columns(columns)
    assert joined.text.splitlines()[0] == "0  100  200  300"


def test_a_few_cells_beside_rows_that_are_joined_belong_to_them() -> None:
    cells = make_column(900, ["one", "two"], top=40)
    (joined,) = join_columns([CODE, COMMENTS, cells])
    assert joined.text.splitlines()[2].endswith("one")


def test_columns_of_prose_stay_apart_though_their_lines_are_level() -> None:
    left = make_column(-600, ["a line of the text in the column at the left hand"] * COUNT)
    assert len(join_columns([left, PROSE])) == 2


def test_a_short_listing_beside_a_long_column_of_prose_stays_apart() -> None:
    prose = make_column(300, ["a line of the text in the column at the right hand"] * 40)
    assert len(join_columns([CODE, prose])) == 2


def test_columns_whose_lines_are_not_level_stay_apart() -> None:
    assert len(join_columns([CODE, make_column(300, ["a value"] * COUNT, top=8)])) == 2


@pytest.mark.parametrize(
    "beside",
    [
        make_column(300, ["a value"]),
        make_column(50, ["a value"] * COUNT),
        make_column(300, ["a value"] * COUNT, top=60),
        make_column(300, ["a value"] * COUNT, top=-4, height=22),
    ],
    ids=["one line", "over each other", "too few in one row", "of another size"],
)
def test_what_is_no_column_of_the_same_rows_stays_apart(beside: Region) -> None:
    assert len(join_columns([CODE, beside])) == 2


def test_short_columns_that_the_network_did_not_find_as_a_table_stay_apart() -> None:
    assert len(join_columns([make_column(left, ["one", "two", "three"]) for left in (0, 100)])) == 2


def test_notes_in_the_margin_of_prose_stay_apart() -> None:
    assert len(join_columns([PROSE, make_column(0, ["a note"] * 5)])) == 2


def test_a_text_beside_a_table_stays_apart() -> None:
    (table,) = join_columns([make_column(left, [str(row) for row in range(COUNT)]) for left in (0, 100)])
    assert len(join_columns([table, PROSE])) == 2


def test_joined_columns_are_of_the_longer_ones_kind() -> None:
    shorter = make_column(300, ["a value"] * (COUNT - 1), "title")
    assert [region.kind for region in join_columns([CODE, shorter])] == ["text"]
    assert [region.kind for region in join_columns([shorter, CODE])] == ["text"]


def test_a_figures_labels_stay_apart() -> None:
    assert len(join_columns([CODE, make_column(300, ["a value"] * COUNT, "figure")])) == 2


def test_fields_side_by_side_are_a_row_of_labels_over_a_row_of_values() -> None:
    fields = [make_column(left, [f"Label {left}", f"value {left}"]) for left in (0, 200, 400)]
    (joined,) = join_fields(fields)
    assert joined.text == "Label 0  Label 200  Label 400\nvalue 0  value 200  value 400"
    assert len(join_fields([make_column(0, ["a", "b", "c"]), make_column(200, ["d", "e", "f"])])) == 2
    assert len(join_fields([make_column(0, ["word " * 9] * 2), make_column(900, ["word " * 9] * 2)])) == 2


FIELD = make_column(0, ["Label", "value"])


@pytest.mark.parametrize(
    "beside",
    [
        make_column(200, ["Label", "value"], "figure"),
        make_column(200, ["Label", "value"], "table"),
        make_column(30, ["Label", "value"]),
        make_column(200, ["Label", "value"], top=8),
    ],
    ids=["a figure", "a table", "over each other", "on another level"],
)
def test_what_is_no_field_beside_another_stays_apart(beside: Region) -> None:
    assert len(join_fields([FIELD, beside])) == 2
    assert len(join_fields([FIELD, make_column(200, ["Label", "value"])])) == 1


@pytest.mark.parametrize(
    "sign",
    [
        make_column(10, ["\u25cf", "\u25cf"]),
        make_column(10, ["\u25cf"], "figure"),
        make_column(60, ["\u25cf"]),
        make_column(-60, ["\u25cf"]),
    ],
    ids=["two signs", "a figure", "within the line", "far from it"],
)
def test_what_is_no_sign_of_an_item_stays_apart(sign: Region) -> None:
    assert len(attach_signs([sign, make_column(40, ["Income grew by 12 %"])])) == 2


def test_a_bullet_belongs_to_the_item_right_of_it() -> None:
    item, bullet = make_column(40, ["Income grew by 12 %"]), make_column(10, ["\u25cf"])
    (joined,) = attach_signs([bullet, item])
    assert joined.text == "\u25cf  Income grew by 12 %"
    assert len(attach_signs([make_column(10, ["\u25cf"], top=60), item])) == 2
    assert len(attach_signs([make_column(10, ["7"]), item])) == 2


REST = make_column(0, ["mov esp, ebp", "jmp epilog"], top=180)
REST_OF_COMMENTS = make_column(300, ["// restore the register of the stack", "// jump to return"], top=180)


def test_the_rest_of_a_listing_below_a_blank_line_is_read_by_rows() -> None:
    regions = join_rests([REST_OF_COMMENTS, *join_columns([CODE, COMMENTS]), REST])
    rest, _ = sorted(regions, key=lambda region: len(region.rows))
    assert rest.text.splitlines() == [
        "mov esp, ebp  // restore the register of the stack",
        "jmp epilog  // jump to return",
    ]


@pytest.mark.parametrize(
    ("left", "top"), [(60, 180), (0, 400)], ids=["starts elsewhere", "too far below the listing"]
)
def test_two_short_texts_are_no_rest_of_a_listing(left: int, top: int) -> None:
    listing = join_columns([CODE, COMMENTS])
    texts = [
        make_column(left, ["Yours sincerely", "A. Reed"], top=top),
        make_column(left + 300, ["Bergen", "3 May"], top=top),
    ]
    assert len(join_rests([*listing, *texts])) == 3
