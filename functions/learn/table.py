"""A CSV, admitted and read. Nothing is held in memory before its size is known."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from pandas.errors import EmptyDataError, ParserError, ParserWarning

from learn.errors import CsvEmpty, CsvTooLarge, CsvUnreadable

SEPARATORS = ",;\t|"
MAX_LINE_BYTES = 4_000_000
MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "#N/A", "-"]

UNREADABLE = "It is no table: a row has more cells than the header, or a quote is not closed."


def read_table(path: Path, limits: Mapping[str, float]) -> pd.DataFrame:
    """The table, its columns named by its first line; CsvEmpty, CsvTooLarge or CsvUnreadable.

    Cells are numbers, true and false, or text, column by column. The file is UTF-8, its cells parted by
    comma, semicolon, tab or bar.
    """
    separator = _admitted(path, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ParserWarning)  # a row longer than the header
            frame = pd.read_csv(
                path,
                sep=separator,
                encoding="utf-8-sig",
                index_col=False,
                skipinitialspace=True,
                keep_default_na=False,
                na_values=MISSING,
                low_memory=False,
                nrows=int(limits["max_rows"]) + 1,
            )
    except EmptyDataError:
        raise CsvEmpty from None
    except UnicodeDecodeError:
        raise CsvUnreadable("It is not UTF-8.") from None
    except (ParserError, ParserWarning, ValueError):
        raise CsvUnreadable(UNREADABLE) from None
    frame.columns = frame.columns.str.strip()
    _check(frame, limits)
    return frame


def _admitted(path: Path, limits: Mapping[str, float]) -> str:
    """The separator, once every line is known to be short enough to be read."""
    most = int(limits["max_rows"])
    with path.open("rb") as file:
        first = file.readline(MAX_LINE_BYTES)
        line, lines = first, 0
        while line:
            if len(line) == MAX_LINE_BYTES:
                raise CsvTooLarge(f"A line may have {MAX_LINE_BYTES:,} bytes.")
            lines += 1
            line = file.readline(MAX_LINE_BYTES)
    if not first.strip():
        raise CsvEmpty("The first line has to name the columns.")
    counts = {each: first.count(each.encode()) for each in SEPARATORS}
    separator = max(counts, key=counts.__getitem__)
    if counts[separator] >= limits["max_columns"]:
        raise CsvTooLarge(f"A CSV may have {int(limits['max_columns'])} columns.")
    if lines > 4 * most:  # a row may have several lines, within quotes
        raise _too_many_rows(most)
    return separator


def _check(frame: pd.DataFrame, limits: Mapping[str, float]) -> None:
    if frame.empty:
        raise CsvEmpty("There is a line of names and nothing below it.")
    if len(frame) > limits["max_rows"]:
        raise _too_many_rows(int(limits["max_rows"]))
    longest = int(limits["max_cell_characters"])
    for name in frame.columns:
        if len(str(name)) > longest or (
            frame[name].dtype == "str" and (frame[name].str.len().max() or 0) > longest
        ):
            raise CsvTooLarge(f"A cell may have {longest:,} characters.")


def _too_many_rows(most: int) -> CsvTooLarge:
    return CsvTooLarge(f"A CSV may have {most:,} rows.")
