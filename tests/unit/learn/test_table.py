"""Which files are read as tables, and which are refused before they take memory."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from heavylift.errors import InvalidInput
from heavylift.tasks.sniff import SNIFF_BYTES
from learn.csv_input import CSV, JSON_LINES, LIMITS, ODS, PARQUET, XLS, XLSX
from learn.errors import CsvEmpty, CsvTooLarge, CsvUnreadable
from learn.plot_task import PlotTask
from learn.table import read_table

SMALL = {**LIMITS, "max_rows": 3, "max_columns": 3, "max_cell_characters": 20}


@pytest.fixture(name="file")
def input_path(tmp_path: Path) -> Path:
    return tmp_path / "input.csv"


def read(file: Path, content: str | bytes) -> pd.DataFrame:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(file, SMALL).frame


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_is_read_with_any_separator(file: Path, separator: str) -> None:
    frame = read(file, f'\ufeffname{separator} age\r\n"A, B"{separator}7\r\nC{separator}\r\n')
    assert list(frame.columns) == ["name", "age"]
    assert frame["name"].tolist() == ["A, B", "C"]
    assert frame["age"].isna().tolist() == [False, True]


REFUSED: list[tuple[str, str | bytes, type[InvalidInput]]] = [
    ("nothing", b"", CsvEmpty),
    ("blank lines", "\n\n\n", CsvEmpty),
    ("a header only", "a,b\n", CsvEmpty),
    ("a row longer than the header", "a,b\n1,2,3\n", CsvUnreadable),
    ("the first rows longer than the header", "a,b\n1,2,3\n1,2,3\n", CsvUnreadable),
    ("a quote that is not closed", 'a,b\n"1,2\n3,4\n', CsvUnreadable),
    ("a NUL after the beginning", b"a,b\n" + b"1,2\n" * 2 + b"x\0,1\n", CsvUnreadable),
    ("too many rows", "a\n" + "1\n" * 4, CsvTooLarge),
    ("too many columns", "a,b,c,d\n1,2,3,4\n", CsvTooLarge),
    ("a long cell", "a,b\n1," + "x" * 21 + "\n", CsvTooLarge),
    ("a long cell of many lines", 'a,b\n1,"' + "x\n" * 11 + '"\n', CsvTooLarge),
    ("a long name", "a" * 21 + "\n1\n", CsvTooLarge),
]


@pytest.mark.parametrize(("what", "content", "error"), REFUSED, ids=[what for what, *_ in REFUSED])
def test_an_invalid_table_is_refused(
    file: Path, what: str, content: str | bytes, error: type[InvalidInput]
) -> None:
    with pytest.raises(error):
        read(file, content)


def test_a_cell_of_two_gigabytes_is_never_held_in_memory(file: Path) -> None:
    with file.open("wb") as out:
        out.write(b"a,b\n1," + b"x" * SNIFF_BYTES)
        out.truncate(2 << 30)  # a sparse file takes no space on the disk
    with pytest.raises(CsvTooLarge, match="line"):
        read_table(file, LIMITS)


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"a,b\n1,2\n", "text/csv"),
        (b"\xef\xbb\xbfa,b\r\n", "text/csv"),
        ("naïve,größe\n".encode(), "text/csv"),
        (b"x" * 1023 + "ü".encode()[:1], "text/csv"),
        (b"", None),
        (b" \n", None),
        (b"%PDF-1.4\n", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b'[{"a": 1}]', None),
        (b'{"a": 1}', JSON_LINES),
        (b"PAR1", PARQUET),
        (b"PK\x03\x04", XLSX),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ODS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", XLS),
        ("a,b\n1,2\n".encode("utf-16"), CSV),
        ("a,b\n1,2\n".encode("utf-16-be"), CSV),
        (b"a,b\n1,\x00", None),
        ("a,b\nZ\xfcrich,1\n".encode("latin-1") + b"x" * 50, CSV),
        (b"a,b\n\x81,1\n", None),
    ],
)
def test_a_table_is_detected_by_its_beginning(head: bytes, media_type: str | None) -> None:
    assert PlotTask.spec.sniff(head) == media_type
