"""`result.warnings`: what a task assumed about a table, skipped, or could not do."""

from __future__ import annotations

from collections.abc import Sequence

MAX_WARNINGS = 40
MAX_TEXT = 400
MAX_NAMED = 5
"""Maximum columns or values that one warning names."""

MEANINGS = {
    "encoding-assumed": "the text is not UTF-8; which encoding was assumed",
    "lines-skipped": "lines before the header that are not part of the table",
    "names-changed": "columns whose names are empty, the same, or differ by blanks only",
    "rows-completed": "rows with fewer cells than the header, and empty cells beyond it",
    "blanks-trimmed": "cells that begin or end with blanks",
    "decimal-comma": "columns whose numbers have a decimal comma",
    "thousands-separators": "columns whose numbers are written in groups of three digits",
    "units-left-out": "columns of numbers with a percent or currency sign",
    "units-differ": "columns of numbers in which some cells have another unit, or none",
    "negative-style": "columns with negative numbers such as (1) and 1-",
    "number-style-assumed": "columns of numbers such as 1.234 that can be read in two ways",
    "codes-kept-as-text": "columns of digits that are text: leading zeros, or more than 15 digits",
    "words-as-missing": "words such as NA that were taken as missing values",
    "words-kept": "words such as None that were taken as text, not as missing values",
    "mixed-column": "columns of text in which some cells are numbers or dates",
    "date-order": "columns of dates such as 03/04/2026, and which number was taken as the day",
    "years-completed": "columns of dates with years of two digits",
    "dates-out-of-range": "dates such as 9999-12-31, which were taken as missing",
    "numbers-out-of-range": "infinite or huge numbers, which were taken as missing",
    "one-column": "a CSV with one column, whose lines another separator may divide",
    "cells-without-value": "cells of a workbook with an error, or with a formula that has no result",
    "sheets-left-out": "sheets of a workbook that were not read",
    "rows-left-out": "rows without a value of the target",
    "columns-left-out": "columns that the model does not learn from",
    "rare-classes": "classes with too few rows to test the model on",
    "models-not-compared": "why `model: auto` did not compare the kinds of models",
    "values-unknown": "text that the model has not seen in training",
    "predictions-missing": "rows that have no finite prediction",
    "model-not-kept": "why the model was not kept under the name of `keep`",
}
"""The slugs, which stay the same, and what each is about."""


class WarningList:
    """Collects warnings, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], None] = {}

    def add(self, slug: str, text: str) -> None:
        """Add a warning. Raises KeyError for a slug that has no meaning here."""
        MEANINGS[slug]
        short = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
        self._found[slug, short] = None

    def extend(self, other: WarningList) -> None:
        self._found.update(other._found)

    def to_json(self) -> list[dict[str, str]]:
        """Return `{"slug", "text"}` of the first MAX_WARNINGS."""
        return [{"slug": slug, "text": text} for slug, text in [*self._found][:MAX_WARNINGS]]


def list_some(names: Sequence[object]) -> str:
    """Return the first names, quoted, and how many more there are."""
    shown = ", ".join(repr(str(name)[:60]) for name in names[:MAX_NAMED])
    return shown + (f" and {len(names) - MAX_NAMED:,} more" if len(names) > MAX_NAMED else "")


def count(number: int, noun: str) -> str:
    """Return the number with its noun: `1 row`, `2,000 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
