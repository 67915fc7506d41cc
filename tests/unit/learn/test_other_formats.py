"""Tables that are no CSV: workbooks, Parquet and JSON lines."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heavylift.errors import InvalidInput
from learn.csv_input import LIMITS, PARQUET, XLSX, sniff
from learn.errors import CsvEmpty, CsvTooLarge, CsvUnreadable
from learn.table import read_table
from tests.unit.learn.reading import kinds, read, slugs, text, write_xlsx


def test_a_workbook_is_read(file: Path) -> None:
    name, number = "<is><t>{}</t></is>".format, "<v>{}</v>".format
    content = write_xlsx(
        [[name("Report")], [name("a"), name("code")], [number(1.5), name("007")], [number(2), name("010")]]
    )
    assert sniff(content[:1024]) == XLSX
    table = read(file, content)
    assert table.frame.to_dict("list") == {"a": [1.5, 2.0], "code": ["007", "010"]}
    assert sorted(slugs(table)) == ["codes-kept-as-text", "lines-skipped", "sheets-left-out"]
    with pytest.raises(CsvUnreadable, match="workbook"):
        read(file, content[:400])
    with pytest.raises(CsvEmpty):
        read(file, write_xlsx([[name("a")]]))


def test_errors_and_formulas_without_a_result_are_missing_and_said(file: Path) -> None:
    name, number = "<is><t>{}</t></is>".format, "<v>{}</v>".format
    rows = [
        [name("a"), name("b")],
        ['<c t="e"><v>#DIV/0!</v></c>', "<f>A2*2</f><v>3</v>"],
        [number(1), "<f>A3*2</f>"],
        [number(2), "<f>A4*2</f><v></v>"],
    ]
    table = read(file, write_xlsx(rows))
    assert table.frame["a"].tolist()[1:] == [1, 2]
    assert slugs(table).count("cells-without-value") == 1
    assert "1 cell with an error, 2 formulas without a result" in text(table)
    assert "cells-without-value" not in slugs(read(file, write_xlsx([[name("a")], [number(1)]])))


def test_a_hidden_sheet_comes_after_the_others(file: Path) -> None:
    cells = [["<is><t>a</t></is>"], ["<v>1</v>"]]
    assert "Only the sheet 'Data' was read" in text(read(file, write_xlsx(cells)))
    assert "Only the sheet 'More' was read" in text(read(file, write_xlsx(cells, hidden=True)))


def test_a_parquet_file_is_read(file: Path) -> None:
    day = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
    columns = {"a": [1, None], "b": [0.1, 2.0], "c": ["x", "NA"], "d": [True, False], "e": [day, None]}
    pq.write_table(pa.table(columns), file)
    assert sniff(file.read_bytes()[:1024]) == PARQUET
    table = read_table(file, LIMITS)
    assert kinds(table) == {"a": "number", "b": "number", "c": "text", "d": "bool", "e": "date"}
    assert table.frame["b"].tolist() == [0.1, 2.0]
    with pytest.raises(CsvTooLarge):
        read_table(file, {**LIMITS, "max_rows": 1})
    with pytest.raises(CsvUnreadable, match="Parquet"):
        read(file, b"PAR1" + bytes(100))


def test_json_lines_are_read(file: Path) -> None:
    rows = [{"a": 1, "b": "x"}, {"b": None, "c": [1]}, {"a": 2.5, "b": "y"}]
    table = read(file, "\n".join(map(json.dumps, rows)))
    found = table.frame.astype(object).where(table.frame.notna(), None).to_dict("list")
    assert found == {"a": [1.0, None, 2.5], "b": ["x", None, "y"], "c": [None, "[1]", None]}


def test_the_columns_of_json_lines_have_the_order_of_the_rows(file: Path) -> None:
    """Regression: it was another one in each process."""
    table = read(file, '{"zip": 1, "d": 2, "a": 3, "m": 4, "b": 5}\n{"c": 6, "a": 7}')
    assert list(table.frame) == ["zip", "d", "a", "m", "b", "c"]


def test_a_file_that_unpacks_to_too_much_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("learn.workbook.MAX_UNPACKED", 500)
    with pytest.raises(CsvTooLarge, match="workbook unpacks"):
        read(file, write_xlsx([["<v>1</v>"], ["<v>2</v>"]]))
    monkeypatch.setattr("learn.parquet.MAX_UNPACKED", 10)
    pq.write_table(pa.table({"a": [1, 2]}), file)
    with pytest.raises(CsvTooLarge, match="Parquet file unpacks"):
        read_table(file, LIMITS)


@pytest.mark.parametrize(
    ("content", "error", "detail"),
    [
        ('{"a": 1}\n{"b": 1, "c": 1, "d": 1}', CsvTooLarge, r"at most 3 columns\.$"),  # before they are held
        ('{"a": "' + 21 * "x" + '"}', CsvTooLarge, "at most 20 characters; one in 'a'"),
        ('{"' + 21 * "a" + '": 1}', CsvTooLarge, "name of a column"),
        ('{"a": "' + 200 * " " + '"}', CsvTooLarge, "A line may have"),
        ('{"a": ' + 100_000 * "[", CsvUnreadable, "Line 1 is not JSON"),
    ],
    ids=["columns", "cell", "name", "line", "depth"],
)
def test_json_lines_have_limits(
    file: Path, monkeypatch: pytest.MonkeyPatch, content: str, error: type[InvalidInput], detail: str
) -> None:
    if error is CsvTooLarge:
        monkeypatch.setattr("learn.json_lines.MAX_LINE", 100)
    file.write_text(content)
    with pytest.raises(error, match=detail):
        read_table(file, {**LIMITS, "max_columns": 3, "max_cell_characters": 20})
