"""JSON lines, one object a row, and the rows in the params of `predict` → columns of text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from learn.cells import BATCH, TextTable, replace_surrogates, write_text
from learn.errors import CsvEmpty, CsvTooLarge, CsvUnreadable
from learn.names import make_names
from learn.warnings_list import WarningList

MAX_LINE = 4_000_000


def read_json_lines(path: Path, limits: Mapping[str, float], found: WarningList) -> TextTable:
    """Return the cells. Raises CsvEmpty, CsvTooLarge and CsvUnreadable, which name the line."""
    table = build_table(_read_objects(path), limits, found)
    if not table.rows:
        raise CsvEmpty("The file has no line with an object.")
    return table


def build_table(
    rows: Iterable[Mapping[str, Any]], limits: Mapping[str, float], found: WarningList
) -> TextTable:
    """Return the cells of objects. A column that an object lacks is missing there. Raises CsvTooLarge."""
    cells: dict[str, list[str | None]] = {}
    chunks: dict[str, list[pa.Array]] = {}
    count = 0
    for count, row in enumerate(rows, 1):
        if count > limits["max_rows"]:
            raise CsvTooLarge(f"A table may have at most {int(limits['max_rows']):,} rows.")
        for name in row:
            if name in cells:
                continue
            if len(cells) >= limits["max_columns"]:
                raise CsvTooLarge(f"A table may have at most {int(limits['max_columns'])} columns.")
            cells[name] = [None] * ((count - 1) % BATCH)
            chunks[name] = [pa.nulls(count - 1 - (count - 1) % BATCH, pa.string())]
        for name, column in cells.items():
            column.append(_write(row.get(name)))
        if count % BATCH == 0:
            _pack(cells, chunks)
    _pack(cells, chunks)
    names = make_names([replace_surrogates(name) for name in cells], limits, found)
    packed = zip(names, cells, strict=True)
    return TextTable({name: pa.chunked_array(chunks[key], pa.string()) for name, key in packed})


def _pack(cells: dict[str, list[str | None]], chunks: dict[str, list[pa.Array]]) -> None:
    for name, column in cells.items():
        chunks[name].append(pa.array(column, pa.string()))
        column.clear()


def _write(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return replace_surrogates(json.dumps(value, ensure_ascii=False))
    return write_text(value)


def _read_objects(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE:
                raise CsvTooLarge(f"A line may have at most {MAX_LINE:,} bytes.")
            if not (text := line.strip()):
                continue
            try:
                found = json.loads(text.decode("utf-8-sig"))
            except (ValueError, RecursionError):
                raise CsvUnreadable(f"Line {number:,} is not JSON in UTF-8.") from None
            if not isinstance(found, dict):
                raise CsvUnreadable(f"Line {number:,} is no JSON object.")
            yield found
