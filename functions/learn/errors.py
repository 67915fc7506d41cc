"""What can be wrong with a table, a model or the params. An error crosses from the child as its slug.

InvalidInput                the client's fault: never retried
├── CsvUnreadable, CsvEmpty, CsvTooLarge
├── ColumnMissing           a column of the params or of the model is not in the table
├── ColumnUnfit             a column holds values of the wrong kind
├── TargetUnfit             the target can't be learned
├── TooFewRows
├── NoRows                  neither rows nor a table, or both
├── ModelUnreadable         the file is not a model
└── ModelUnsafe             the file holds types that no model of train-model has
"""

from __future__ import annotations

from heavylift.errors import InvalidInput
from sandbox.errors import index_by_slug


class CsvUnreadable(InvalidInput):
    slug, title = "csv-unreadable", "The input can't be read as a table"


class CsvEmpty(InvalidInput):
    slug, title = "csv-empty", "The table has no rows"


class CsvTooLarge(InvalidInput):
    slug, title = "csv-too-large", "The table is too large"


class ColumnMissing(InvalidInput):
    slug, title = "column-missing", "A column is missing"


class ColumnUnfit(InvalidInput):
    slug, title = "column-unfit", "A column holds values of the wrong kind"


class TargetUnfit(InvalidInput):
    slug, title = "target-unfit", "The target can't be learned"


class TooFewRows(InvalidInput):
    slug, title = "too-few-rows", "The table has too few rows to learn from"


class NoRows(InvalidInput):
    slug, title = "no-rows", "Rows are needed, either in the params or as a table"


class ModelUnreadable(InvalidInput):
    slug, title = "model-unreadable", "The model can't be read"


class ModelUnsafe(InvalidInput):
    slug, title = "model-unsafe", "The model holds types that are not trusted"


BY_SLUG = index_by_slug(
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
