"""The list of what a zip of a batch does not have: a file of it, so that nothing is left out silently."""

from __future__ import annotations

import csv
import io

from heavylift import SourceJob

MISSING = "missing.csv"
COLUMNS = ("number", "name", "job", "status", "why")


def list_missing(sources: list[SourceJob]) -> list[SourceJob]:
    """Return the items that have no outputs because they are not DONE."""
    return [source for source in sources if source.item and source.item.status != "DONE"]


def write_missing(missing: list[SourceJob]) -> bytes:
    """Return the list as a table, a line for each item."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for source in missing:
        if item := source.item:
            number = "" if item.number is None else item.number
            table.writerow((number, item.name or source.label or "", source.id, item.status, item.why))
    return text.getvalue().encode()
