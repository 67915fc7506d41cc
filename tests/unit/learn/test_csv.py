"""CSV as people write it: what is read, what `warnings` say about it, and what a refusal names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from heavylift.errors import InvalidInput
from learn.errors import CsvUnreadable
from learn.warnings_list import MAX_WARNINGS, WarningList
from tests.unit.learn.reading import kinds, read, slugs, text

ROWS = "".join(f"{number};{number + 40},5;{300 + number},25\n" for number in range(20))
READ: list[tuple[str, str | bytes, dict[str, list[Any]], list[str]]] = [
    ("commas in quoted names", '"Price, EUR";"Size, m2"\n1;2\n', {"Price, EUR": [1], "Size, m2": [2]}, []),
    ("bars in the header", "a|b|c,rent\n0,0.5\n1,2.5\n", {"a|b|c": [0, 1], "rent": [0.5, 2.5]}, []),
    ("Excel's sep= line", "sep=;\nday;price\n0;1.5\n", {"day": [0], "price": [1.5]}, ["lines-skipped"]),
    ("CR line ends", "a,b\r1,2\r3,4\r", {"a": [1, 3], "b": [2, 4]}, []),
    ("blank lines first", "\n \na,b\n1,2\n", {"a": [1], "b": [2]}, []),
    ("comments first", "# from x, y\n#\na;b\n1;2\n", {"a": [1], "b": [2]}, ["lines-skipped"]),
    ("a title first", "Report 2026\n\na;b\n1;2\n3;4\n", {"a": [1, 3], "b": [2, 4]}, ["lines-skipped"]),
    ("a name with #", "#,b\n1,2\n", {"#": [1], "b": [2]}, []),
    ("UTF-16 with a mark", "a,b\nü,2\n".encode("utf-16"), {"a": ["ü"], "b": [2]}, ["encoding-assumed"]),
    ("UTF-16", "a,b\n1,2\n".encode("utf-16-le"), {"a": [1], "b": [2]}, ["encoding-assumed"]),
    (
        "Windows-1252",
        "a;b\nOrl\xe9ans;2\n".encode("cp1252"),
        {"a": ["Orléans"], "b": [2]},
        ["encoding-assumed"],
    ),
    ("decimal commas", "a;b\n40,5;1\n41,25;2\n", {"a": [40.5, 41.25], "b": [1, 2]}, ["decimal-comma"]),
    (
        "three decimals",
        "a;b\n40,125;1,5\n41,250;2\n",
        {"a": [40.125, 41.25], "b": [1.5, 2]},
        ["decimal-comma"],
    ),
    (
        "thousands",
        'a,b\n"1,234",x\n"22,345.5",y\n',
        {"a": [1234, 22345.5], "b": ["x", "y"]},
        ["thousands-separators"],
    ),
    (
        "thousands with points",
        "a;b\n1.234;1,5\n22.345;2,5\n",
        {"a": [1234, 22345], "b": [1.5, 2.5]},
        ["decimal-comma", "thousands-separators"],
    ),
    (
        "thousands with blanks",
        "a;b\n1\u00a0234;1\n22\u202f345;2\n",
        {"a": [1234, 22345], "b": [1, 2]},
        ["thousands-separators"],
    ),
    ("points stay points", "a;b\n1.234;1.5\n2.345;2.5\n", {"a": [1.234, 2.345], "b": [1.5, 2.5]}, []),
    ("leading zeros", "a,b\n001,1\n010,2\n", {"a": ["001", "010"], "b": [1, 2]}, ["codes-kept-as-text"]),
    (
        "17 digits",
        "a\n12345678901234567\n12345678901234568\n",
        {"a": ["12345678901234567", "12345678901234568"]},
        ["codes-kept-as-text"],
    ),
    (
        "words among numbers",
        "a,b\n1,x\nNA,y\n-,z\n",
        {"a": [1.0, None, None], "b": ["x", "y", "z"]},
        ["words-as-missing"],
    ),
    (
        "words among text",
        "a\nNone\nNA\n-\nx\nnull\n",
        {"a": ["None", "NA", "-", "x", None]},
        ["words-as-missing", "words-kept"],
    ),
    (
        "a word in a number",
        "a,b\n1,1\n2,2\n3,3\nx4,4\n",
        {"a": ["1", "2", "3", "x4"], "b": [1, 2, 3, 4]},
        ["mixed-column"],
    ),
    ("names that differ by blanks", "a,a ,b\n1,2,3\n", {"a": [1], "a (2)": [2], "b": [3]}, ["names-changed"]),
    ("empty names", "a,,\n1,2,3\n", {"a": [1], "column 2": [2], "column 3": [3]}, ["names-changed"]),
    ("short rows", "a,b\n1\n2,3\n", {"a": [1, 2], "b": [None, 3.0]}, ["rows-completed"]),
    ("separators at the end", "a,b\n1,2,\n3,4,\n", {"a": [1, 3], "b": [2, 4]}, ["rows-completed"]),
    ("blanks around cells", "a,b\nx ,1\n y,2\n", {"a": ["x", "y"], "b": [1, 2]}, ["blanks-trimmed"]),
    ("booleans with gaps", "a,b\ntrue,1\n,2\nFALSE,3\n", {"a": [True, None, False], "b": [1, 2, 3]}, []),
    (
        "infinite numbers",
        "a\n1\ninf\n-Infinity\n1e400\n",
        {"a": [1, float("inf"), -float("inf"), float("inf")]},
        [],
    ),
    (
        "commas in all rows but the header",
        "a;b\n1,5;x\n2,5;y\n",
        {"a": [1.5, 2.5], "b": ["x", "y"]},
        ["decimal-comma"],
    ),
    (
        "a title and commas",
        "Prices\na;b\n1,5;x\n2,5;y\n",
        {"a": [1.5, 2.5], "b": ["x", "y"]},
        ["decimal-comma", "lines-skipped"],
    ),
    ("one column of decimal commas", "price\n1,5\n2,5\n3,5\n", {"price": [1.5, 2.5, 3.5]}, ["decimal-comma"]),
    (
        "percent and currencies",
        "a,b,c\n12%,$5.50,-3 €\n13%,$6,4 €\n",
        {"a": [12, 13], "b": [5.5, 6], "c": [-3, 4]},
        ["units-left-out"],
    ),
    (
        "points or thousands",
        "a;b\n1.234;2\n5.678;3\n",
        {"a": [1.234, 5.678], "b": [2, 3]},
        ["number-style-assumed"],
    ),
    (
        "missing codes",
        "zip,b\n02134,1\nNA,2\n",
        {"zip": ["02134", None], "b": [1, 2]},
        ["codes-kept-as-text", "words-as-missing"],
    ),
    ("text with commas", "note\nx, y\nx\nz, y\nw\n", {"note": ["x, y", "x", "z, y", "w"]}, []),
    ("a quote within a cell", 'a,b\nx,5" pipe\n', {"a": ["x"], "b": ['5" pipe']}, []),
]


@pytest.mark.parametrize(("what", "content", "values", "warned"), READ, ids=[what for what, *_ in READ])
def test_a_table_is_read_as_it_is_meant(
    file: Path, what: str, content: str | bytes, values: dict[str, list[Any]], warned: list[str]
) -> None:
    table = read(file, content)
    found = {name: [None if pd.isna(each) else each for each in table.frame[name]] for name in table.frame}
    assert found == values
    assert sorted(slugs(table)) == warned


def test_a_warning_names_the_columns_and_counts(file: Path) -> None:
    table = read(file, "n;size;rent\n" + ROWS + "NA;NA;\n")
    assert "decimal comma in 'size', 'rent'" in text(table)
    assert "Missing in 'size': 'NA' in 1 row." in text(table)


@pytest.mark.parametrize(
    ("content", "first", "warned"),
    [
        ("2026-03-04\n2026-03-05\n", "2026-03-04", []),
        ("2026-03-04T10:00:00Z\n", "2026-03-04 10:00", []),
        ("2026-03-04 10:00:00+02:00\n", "2026-03-04 08:00", []),
        ("03/04/2026\n13/04/2026\n", "2026-04-03", []),
        ("03/04/2026\n03/14/2026\n", "2026-03-04", []),
        ("03/04/2026\n05/06/2026\n", "2026-04-03", ["date-order"]),
        ("3.4.2026\n5.6.2026 7:30\n", "2026-04-03", []),
        ("2026-03-04\n9999-12-31\n0001-01-01\n", "2026-03-04", ["dates-out-of-range"]),
    ],
)
def test_dates_are_read(file: Path, content: str, first: str, warned: list[str]) -> None:
    table = read(file, "when\n" + content)
    assert kinds(table) == {"when": "date"}
    assert table.frame["when"][0] == pd.Timestamp(first)
    assert slugs(table) == warned


def test_days_that_do_not_exist_are_text(file: Path) -> None:
    assert kinds(read(file, "when\n2026-02-31\n2026-03-01\n")) == {"when": "text"}


REFUSED: list[tuple[str, str, type[InvalidInput], str]] = [
    ("a long row", "a,b\n1,2\n3,4,5\n", CsvUnreadable, "Row 2 has 3 cells and the header 2"),
    ("a quote that is not closed", 'a,b\n1,2\n"3,4\n', CsvUnreadable, "not closed in row 2"),
    ("a quote that ends in another row", 'a,b\n"x,1\ny,2\n"z,3\n', CsvUnreadable, "quote in row 1"),
    ("JSON that is none", '{"a": 1}\n{"a": \n', CsvUnreadable, "Line 2"),
    ("JSON that is no object", '{"a": 1}\n[1]\n', CsvUnreadable, "Line 2"),
]


@pytest.mark.parametrize(("what", "content", "error", "detail"), REFUSED, ids=[what for what, *_ in REFUSED])
def test_a_refusal_names_the_row(
    file: Path, what: str, content: str, error: type[InvalidInput], detail: str
) -> None:
    with pytest.raises(error, match=detail):
        read(file, content)


def test_warnings_are_few_and_of_known_slugs() -> None:
    found = WarningList()
    for number in range(2 * MAX_WARNINGS):
        found.add("lines-skipped", str(number))
    assert len(found.to_json()) == MAX_WARNINGS
    with pytest.raises(KeyError):
        found.add("no-such-slug", "")


@pytest.mark.parametrize("mark", [":", "~", "^", " "])
def test_a_separator_that_is_not_guessed_is_named(file: Path, mark: str) -> None:
    rows = [f"{number}{mark}{number + 1}" for number in range(5)]
    table = read(file, "\n".join([f"a{mark}b", *rows]))
    assert list(table.frame) == [f"a{mark}b".strip()]
    assert slugs(table) == ["one-column"]
    assert f"begin with 'sep={mark}'" in text(table)
    assert kinds(read(file, "\n".join([f"sep={mark}", f"a{mark}b", *rows]))) == {"a": "number", "b": "number"}


def test_one_column_of_words_is_one_column(file: Path) -> None:
    assert slugs(read(file, "word\nred\nlight green\n")) == []
