"""The cells of tables as CSV, HTML and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from ocr.forms.page import Page, strip_controls
from ocr.scripts import is_right_to_left

Table = Mapping[str, Any]


def list_tables(page: Page) -> Iterator[tuple[str, Table]]:
    """Yield each table of the page with its name."""
    for region in page["regions"]:
        if table := region.get("table"):
            yield f"page-{page['page']:04}-table-{region['order']:02}", table


def to_rows(table: Table) -> list[list[str]]:
    """Return the texts, row by row. The text of a cell that spans several stands in the first of them."""
    rows = [[""] * table["columns"] for _ in range(table["rows"])]
    for cell in table["cells"]:
        rows[cell["row"] - 1][cell["column"] - 1] = cell["text"]
    return rows


def to_csv(table: Table) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(to_rows(table))
    return file.getvalue()


def to_html(table: Table) -> str:
    """Return a table element."""
    rows: list[list[str]] = [[] for _ in range(table["rows"])]
    for cell in table["cells"]:
        spans = "".join(
            f' {name}="{cell[key]}"'
            for name, key in (("rowspan", "rows"), ("colspan", "columns"))
            if cell[key] > 1
        )
        text = escape(strip_controls(cell["text"])).replace("\n", "<br>")
        tag = "th" if cell["row"] == 1 else "td"
        rows[cell["row"] - 1].append(f"<{tag}{spans}>{text}</{tag}>")
    unsure = "" if table["sure"] else ' class="unsure"'
    way = ' dir="rtl"' if is_right_to_left("".join(cell["text"] for cell in table["cells"])) else ""
    return f"<table{unsure}{way}>\n" + "".join(f"<tr>{''.join(row)}</tr>\n" for row in rows) + "</table>"


class TablesJsonForm:
    """Every table of the document, with its cells."""

    name, media_type = "tables.json", "application/json"

    def __init__(self) -> None:
        self._between = "\n"

    def start(self) -> str:
        return '{"tables": ['

    def add(self, page: Page) -> str:
        made = ""
        for name, table in list_tables(page):
            entry = {"page": page["page"], "csv": f"{name}.csv", **table}
            made += self._between + json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
            self._between = ",\n"
        return made

    def end(self) -> str:
        return "\n]}\n"
