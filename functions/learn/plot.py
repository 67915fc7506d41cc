"""A table → pictures of it: read, draw, save."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from learn.charts import bar, heatmap, histogram, line, scatter
from learn.columns import require
from learn.html import page, section, svg, table
from learn.overview import overview, summary
from learn.plot_style import apply_style, headed, save_png, save_svg
from learn.table import read_table
from sandbox.protocol import Event, Request

Draw = Callable[[pd.DataFrame, dict[str, Any]], tuple[Figure, str]]
KINDS: dict[str, Draw] = {
    "line": line,
    "bar": bar,
    "scatter": scatter,
    "histogram": histogram,
    "heatmap": heatmap,
    "overview": overview,
}
"""Each gives its figure, and the title it has unless the params give another."""


def plot(request: Request) -> Iterator[Event]:
    """The events of the stages; raises learn.errors."""
    params = request["params"]
    frame = read_table(Path(request["csv"]), request["limits"])
    named = [*(params["columns"] or []), *([params["x"]] if params["x"] is not None else [])]
    require(frame, named)
    yield {"stage": "read"}
    apply_style()
    figure, title = KINDS[params["kind"]](frame, params)
    title = params["title"] or title
    note = f"{len(frame):,} rows, {len(frame.columns):,} columns"
    yield {"stage": "draw"}
    save_svg(figure, "plot.svg")
    parts = [svg("plot.svg")]  # without the title, which the page has
    headed(figure, title)
    save_png(figure, "plot.png")
    save_svg(figure, "plot.svg")
    if params["kind"] == "overview":
        parts.append(section("Columns", table(*summary(frame))))
    Path("plot.html").write_text(page(title, note, *parts), encoding="utf-8")
    for name, media_type in (
        ("plot.png", "image/png"),
        ("plot.svg", "image/svg+xml"),
        ("plot.html", "text/html"),
    ):
        yield {"output": name, "media_type": media_type}
    yield {"stage": "save"}
    yield {
        "result": {"kind": params["kind"], "title": title, "rows": len(frame), "columns": len(frame.columns)}
    }
