"""The cells of a table as text, as every format has them before their kinds are known."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

MAX_EXACT = 1e15
BATCH = 20_000
"""Rows that are held as Python objects at a time."""


@dataclass(frozen=True)
class TextTable:
    """Columns of text. A missing cell is null or blank."""

    columns: dict[str, pa.ChunkedArray]
    separator: str | None = None
    """The separator of a CSV. None for a format in which numbers are numbers."""

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0


def write_text(value: Any) -> str | None:
    """Return a cell's text: whole numbers without a point, `true`, dates in ISO 8601.

    An empty cell and NaN are None.
    """
    text = str(value)
    match value:
        case None:
            return None
        case bool():
            text = text.lower()
        case float():
            text = _write_float(value)
        case dt.datetime():
            midnight = value.time() == dt.time() and value.tzinfo is None
            text = value.date().isoformat() if midnight else value.isoformat(" ")
        case bytes():
            text = value.decode("utf-8", "replace")
        case str() if not value.isascii():
            text = replace_surrogates(value)
    return text or None


def replace_surrogates(text: str) -> str:
    """Return the text with a question mark for each half of a pair that JSON may name alone."""
    return text.encode("utf-8", "replace").decode()


def _write_float(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < MAX_EXACT else repr(value)


def build_columns(
    names: Sequence[str], batches: Iterable[Sequence[Sequence[str | None]]]
) -> dict[str, pa.ChunkedArray]:
    """Return the columns of rows that come in batches. Each row has a cell for each name."""
    chunks: list[list[pa.Array]] = [[] for _ in names]
    for batch in batches:
        for number, column in enumerate(zip(*batch, strict=True)):
            chunks[number].append(pa.array(column, pa.string()))
    return {name: pa.chunked_array(chunks[number], pa.string()) for number, name in enumerate(names)}
