"""What can be wrong with a table, a model, or with what was asked of them.

InvalidInput                the client's: never tried again
├── CsvUnreadable, CsvEmpty, CsvTooLarge
├── ColumnMissing           a column that was named, or that the model needs, is not there
├── ColumnUnfit             a column holds something else than it has to
├── TargetUnfit             the target can't be learned
├── TooFewRows
├── NoRows                  neither rows nor a CSV, or both
├── ModelUnreadable         the file is no model
└── ModelUnsafe             the file holds something that no model of ours has

They cross from the child to the worker as their slugs.
"""

from __future__ import annotations

from heavylift.errors import InvalidInput
from sandbox.errors import by_slug


class CsvUnreadable(InvalidInput):
    slug, title = "csv-unreadable", "The input can't be read as CSV"


class CsvEmpty(InvalidInput):
    slug, title = "csv-empty", "The CSV has no rows"


class CsvTooLarge(InvalidInput):
    slug, title = "csv-too-large", "The CSV is too large"


class ColumnMissing(InvalidInput):
    slug, title = "column-missing", "A column is missing"


class ColumnUnfit(InvalidInput):
    slug, title = "column-unfit", "A column does not hold what is needed"


class TargetUnfit(InvalidInput):
    slug, title = "target-unfit", "The target can't be learned"


class TooFewRows(InvalidInput):
    slug, title = "too-few-rows", "There are too few rows to learn from"


class NoRows(InvalidInput):
    slug, title = "no-rows", "Rows to predict are needed, in one form"


class ModelUnreadable(InvalidInput):
    slug, title = "model-unreadable", "The model can't be read"


class ModelUnsafe(InvalidInput):
    slug, title = "model-unsafe", "The model holds what no model may hold"


BY_SLUG = by_slug(
    (
        CsvUnreadable,
        CsvEmpty,
        CsvTooLarge,
        ColumnMissing,
        ColumnUnfit,
        TargetUnfit,
        TooFewRows,
        NoRows,
        ModelUnreadable,
        ModelUnsafe,
    )
)
