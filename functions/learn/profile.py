"""A table → what its columns hold, as JSON and a page: read, describe, save."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from learn.columns import Column, limit_number, limit_numbers
from learn.html import render_page, render_section, render_table, render_warnings
from learn.plot_style import shorten
from learn.table import read_table
from sandbox.protocol import Event, Request

MAX_EXAMPLE = 100
"""Maximum characters of a value that is shown."""
MAX_IN_RESULT = 50
"""Maximum columns in the job's result. The output has all."""
HEAD = ["column", "kind", "missing", "different", "least", "median", "greatest", "most frequent"]


def profile(request: Request) -> Iterator[Event]:
    """Describe the table and yield the events. Raises learn.errors."""
    table = read_table(Path(request["csv"]), request["limits"])
    yield {"stage": "read"}
    shown = request["params"]["examples"]
    columns = [describe_column(table.frame[column.name], column, shown) for column in table.columns]
    warnings = table.warnings.to_json()
    yield {"stage": "describe"}
    about: dict[str, Any] = {"rows": len(table.frame), "columns": columns, "warnings": warnings}
    Path("profile.json").write_text(
        json.dumps(about, indent=2, allow_nan=False, ensure_ascii=False), encoding="utf-8"
    )
    note = f"{len(table.frame):,} rows, {len(columns):,} columns"
    parts = [
        render_section("Columns", render_table(HEAD, map(_make_row, columns))),
        *render_warnings(warnings),
    ]
    Path("profile.html").write_text(render_page("Profile of a table", note, *parts), encoding="utf-8")
    yield {"output": "profile.json", "media_type": "application/json"}
    yield {"output": "profile.html", "media_type": "text/html"}
    yield {"stage": "save"}
    brief = [
        {"name": shorten(each["name"], MAX_EXAMPLE), "kind": each["kind"], "missing": each["missing"]}
        for each in columns[:MAX_IN_RESULT]
    ]
    yield {
        "result": {
            "rows": len(table.frame),
            "column_count": len(columns),
            "columns": brief,
            "warnings": warnings,
        }
    }


def describe_column(values: pd.Series, column: Column, examples: int) -> dict[str, Any]:
    """Return the column's kind, counts, and its most frequent values; of numbers and dates also the range."""
    counts = values.value_counts()
    about: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "missing": int(values.isna().sum()),
        "different": len(counts),
        "most_frequent": [
            {"value": _show(value), "rows": int(number)} for value, number in counts[:examples].items()
        ],
    }
    if column.kind == "number":
        about |= _describe_numbers(values)
    elif column.kind == "date" and len(counts):
        about |= {"least": _show(values.min()), "greatest": _show(values.max())}
    elif column.kind == "text":
        lengths = values.dropna().str.len()
        about |= {"shortest": int(lengths.min()), "longest": int(lengths.max())}
    return about


def _describe_numbers(values: pd.Series) -> dict[str, Any]:
    """Return the range of the finite numbers; infinite and huge ones are only counted."""
    numbers = limit_numbers(values).dropna()
    about: dict[str, Any] = {"out_of_range": int(values.notna().sum()) - len(numbers)}
    if len(numbers):
        found = {
            "least": numbers.min(),
            "median": numbers.median(),
            "greatest": numbers.max(),
            "mean": numbers.mean(),
            "deviation": numbers.std(ddof=0),
        }
        about |= {name: limit_number(float(value)) for name, value in found.items()}
        about["whole"] = bool((numbers == numbers.round()).all())
    return about


def _show(value: Any) -> Any:
    """Return a value that JSON holds: a number, a boolean, or text of at most MAX_EXAMPLE characters."""
    match value:
        case bool() | int():
            return value
        case float():
            return value if abs(value) < float("inf") else str(value)
        case pd.Timestamp():
            return value.date().isoformat() if value == value.normalize() else value.isoformat(" ")
        case _:
            return shorten(value, MAX_EXAMPLE)


def _make_row(about: dict[str, Any]) -> list[object]:
    frequent = ", ".join(
        f"{shorten(each['value'])} ({each['rows']:,})" for each in about["most_frequent"][:3]
    )
    return [
        shorten(about["name"], 60),
        about["kind"],
        about["missing"],
        about["different"],
        about.get("least"),
        about.get("median"),
        about.get("greatest"),
        frequent,
    ]
