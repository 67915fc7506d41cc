"""Admits and reads a CSV. Its size is checked before it is held in memory."""

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

UNREADABLE = "A row has more cells than the header, or a quote is not closed."


def read_table(path: Path, limits: Mapping[str, float]) -> pd.DataFrame:
    """Return the table. Its first line names the columns. Raises CsvEmpty, CsvTooLarge or CsvUnreadable.

    The cells of a column are numbers, booleans or text. The file is UTF-8, and its separator a comma,
    semicolon, tab or bar.
    """
    separator = _admit(path, limits)
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
        raise CsvUnreadable("The CSV is not UTF-8.") from None
    except (ParserError, ParserWarning, ValueError):
        raise CsvUnreadable(UNREADABLE) from None
    frame.columns = frame.columns.str.strip()
    _check_size(frame, limits)
    return frame


def _admit(path: Path, limits: Mapping[str, float]) -> str:
    """Return the separator. Raises CsvEmpty, and CsvTooLarge if there are too many or too long lines."""
    most = int(limits["max_rows"])
    with path.open("rb") as file:
        first = file.readline(MAX_LINE_BYTES)
        line, lines = first, 0
        while line:
            if len(line) == MAX_LINE_BYTES:
                raise CsvTooLarge(f"A line may have at most {MAX_LINE_BYTES:,} bytes.")
            lines += 1
            line = file.readline(MAX_LINE_BYTES)
    if not first.strip():
        raise CsvEmpty("The first line must name the columns.")
    counts = {each: first.count(each.encode()) for each in SEPARATORS}
    separator = max(counts, key=counts.__getitem__)
    if counts[separator] >= limits["max_columns"]:
        raise CsvTooLarge(f"A CSV may have at most {int(limits['max_columns'])} columns.")
    if lines > 4 * most:  # a quoted cell may have several lines
        raise _explain_too_many_rows(most)
    return separator


def _check_size(frame: pd.DataFrame, limits: Mapping[str, float]) -> None:
    if frame.empty:
        raise CsvEmpty("No row follows the line with the columns' names.")
    if len(frame) > limits["max_rows"]:
        raise _explain_too_many_rows(int(limits["max_rows"]))
    longest = int(limits["max_cell_characters"])
    for name in frame.columns:
        if len(str(name)) > longest or (
            frame[name].dtype == "str" and (frame[name].str.len().max() or 0) > longest
        ):
            raise CsvTooLarge(f"A cell may have at most {longest:,} characters.")


def _explain_too_many_rows(most: int) -> CsvTooLarge:
    return CsvTooLarge(f"A CSV may have at most {most:,} rows.")
