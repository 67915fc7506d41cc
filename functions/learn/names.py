"""The names of a table's columns: trimmed, none empty, no two the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from learn.errors import CsvTooLarge
from learn.warnings_list import WarningList

INVISIBLE = "\ufeff\u200b\u2060 "
"""Byte order marks and spaces of no width."""


def trim_name(name: str) -> str:
    """Return the name without blanks and invisible marks around it, and with single blanks in it."""
    return " ".join(name.split()).strip(INVISIBLE)


def make_names(given: Sequence[str | None], limits: Mapping[str, float], found: WarningList) -> list[str]:
    """Return a name for each column. Raises CsvTooLarge for too many columns or a long name."""
    if len(given) > limits["max_columns"]:
        raise CsvTooLarge(
            f"A table may have at most {int(limits['max_columns'])} columns. It has {len(given):,}."
        )
    trimmed = [trim_name(name or "") for name in given]
    longest = int(limits["max_cell_characters"])
    if any(len(name) > longest for name in trimmed):
        raise CsvTooLarge(f"The name of a column may have at most {longest:,} characters.")
    taken = {name for name in trimmed if name}
    names: list[str] = []
    changed: list[str] = []
    for number, name in enumerate(trimmed, 1):
        unique = name if name and name not in names else _make_unique(name or f"column {number}", taken)
        taken.add(unique)
        names.append(unique)
        if unique != name:
            changed.append(f"column {number}, {name or 'without a name'}, is called {unique!r}")
    if changed:
        more = f", and {len(changed) - 5:,} more" if len(changed) > 5 else ""
        found.add("names-changed", f"Names that are empty or not unique: {'; '.join(changed[:5])}{more}.")
    return names


def _make_unique(name: str, taken: set[str]) -> str:
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    return unique
