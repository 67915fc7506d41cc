"""A table → a picture as PNG, SVG and HTML: read, draw, save."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from learn.charts import draw_bar, draw_heatmap, draw_histogram, draw_line, draw_scatter
from learn.columns import limit_numbers, needs_limits, require_columns, warn_of_huge_numbers
from learn.html import embed_svg, render_page, render_section, render_table, render_warnings
from learn.names import trim_name
from learn.overview import draw_overview, summarize_columns
from learn.plot_style import add_title, apply_style, save_png, save_svg
from learn.table import Table, read_table
from sandbox.protocol import Event, Request

Draw = Callable[[pd.DataFrame, dict[str, Any]], tuple[Figure, str]]
KINDS: dict[str, Draw] = {
    "line": draw_line,
    "bar": draw_bar,
    "scatter": draw_scatter,
    "histogram": draw_histogram,
    "heatmap": draw_heatmap,
    "overview": draw_overview,
}
"""Each returns a figure and its default title."""


def plot(request: Request) -> Iterator[Event]:
    """Draw the picture and yield the events. Raises learn.errors."""
    params = dict(request["params"])
    params["x"] = params["x"] and trim_name(params["x"])
    params["columns"] = params["columns"] and [trim_name(name) for name in params["columns"]]
    table = read_table(Path(request["csv"]), request["limits"])
    named = [*(params["columns"] or []), *([params["x"]] if params["x"] is not None else [])]
    require_columns(table.frame.columns, named)
    frame = _limit_columns(table)
    yield {"stage": "read"}
    apply_style()
    figure, title = KINDS[params["kind"]](frame, params)
    title = params["title"] or title
    note = f"{len(frame):,} rows, {len(frame.columns):,} columns"
    yield {"stage": "draw"}
    save_svg(figure, "plot.svg")
    parts = [embed_svg("plot.svg")]  # without the title, which the HTML page has
    add_title(figure, title)
    save_png(figure, "plot.png")
    save_svg(figure, "plot.svg")
    if params["kind"] == "overview":
        parts.append(render_section("Columns", render_table(*summarize_columns(frame))))
    parts.extend(render_warnings(table.warnings.to_json()))
    Path("plot.html").write_text(render_page(title, note, *parts), encoding="utf-8")
    for name, media_type in (
        ("plot.png", "image/png"),
        ("plot.svg", "image/svg+xml"),
        ("plot.html", "text/html"),
    ):
        yield {"output": name, "media_type": media_type}
    yield {"stage": "save"}
    yield {
        "result": {
            "kind": params["kind"],
            "title": title,
            "rows": len(frame),
            "columns": len(frame.columns),
            "warnings": table.warnings.to_json(),
        }
    }


def _limit_columns(table: Table) -> pd.DataFrame:
    """Return the table with the numbers that an axis can show."""
    warn_of_huge_numbers(table.frame, table.columns, table.warnings)
    limited = {
        column.name: limit_numbers(table.frame[column.name])
        if column.kind == "number" and needs_limits(table.frame[column.name])
        else table.frame[column.name]
        for column in table.columns
    }
    return pd.DataFrame(limited)
