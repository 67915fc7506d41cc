"""A Parquet file → columns of text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from learn.cells import TextTable, write_text
from learn.errors import CsvEmpty, CsvTooLarge, CsvUnreadable
from learn.names import make_names
from learn.warnings_list import WarningList

MAX_UNPACKED = 2_000_000_000
FIRST_US, LAST_US = -62_135_510_400_000_000, 253_402_214_400_000_000
"""Microseconds since 1970: the second day of year 1 and the last of 9999, in any time zone."""


def read_parquet(path: Path, limits: Mapping[str, float], found: WarningList) -> TextTable:
    """Return the cells. Raises CsvEmpty, CsvTooLarge and CsvUnreadable."""
    try:
        with pq.ParquetFile(path) as file:
            _check_size(file.metadata, limits)
            names = make_names(list(file.schema_arrow.names), limits, found)
            table = file.read(use_threads=False)
            table.validate(full=True)
            columns = {name: _write_column(table.column(number)) for number, name in enumerate(names)}
    except (pa.ArrowException, OSError, ValueError):
        raise CsvUnreadable("The Parquet file is damaged or of an unknown kind.") from None
    return TextTable(columns)


def _check_size(about: pq.FileMetaData, limits: Mapping[str, float]) -> None:
    if about.num_rows > limits["max_rows"]:
        raise CsvTooLarge(f"A table may have at most {int(limits['max_rows']):,} rows.")
    if about.num_rows == 0 or about.num_columns == 0:
        raise CsvEmpty("The Parquet file has no rows.")
    unpacked = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    if unpacked > MAX_UNPACKED:
        raise CsvTooLarge(f"The Parquet file unpacks to more than {MAX_UNPACKED:,} bytes.")


def _write_column(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(values.type):
        return values
    if (
        pa.types.is_large_string(values.type)
        or pa.types.is_boolean(values.type)
        or pa.types.is_integer(values.type)
    ):
        return pc.cast(values, pa.string())
    if pa.types.is_timestamp(values.type):
        values = _limit_years(values)
    return pa.chunked_array(
        [pa.array([write_text(each) for each in chunk.to_pylist()], pa.string()) for chunk in values.chunks],
        pa.string(),
    )


def _limit_years(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the times with those beyond the years 1 to 9999 at the end of 9999, which is no date here."""
    wide = pc.cast(values, pa.timestamp("us", values.type.tz), safe=False)
    ticks = pc.cast(wide, pa.int64())
    far = pc.or_(pc.less(ticks, FIRST_US), pc.greater(ticks, LAST_US))
    return pc.if_else(far, pa.scalar(LAST_US, pa.int64()).cast(wide.type), wide)
