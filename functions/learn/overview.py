"""The dashboard: one figure that shows the content of a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from learn.charts import Drawn, draw_correlations, draw_distribution, is_dates, limit_ticks
from learn.columns import detect_kind
from learn.plot_style import GRID, PALETTE, QUIET, hide_bar_grid, make_figure, shorten

MAX_PANELS = 9
MAX_MISSING = 12
MAX_HEAT = 12
MAX_VALUES = 6
PANELS_PER_ROW = 3


def draw_overview(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    """Draw the kinds and missing values, the correlations beside them, and each column's values below."""
    names = list(params["columns"] or frame.columns)
    kinds = {name: detect_kind(frame[name]) for name in names}
    shown = [name for name in names if kinds[name] != "empty"][:MAX_PANELS]
    numbers = [name for name in names if kinds[name] == "number"][:MAX_HEAT]
    down = max(1, -(-len(shown) // PANELS_PER_ROW))
    figure = make_figure(13, 5.6 + 2.6 * down)
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=[5, 2.6 * down])[:, 0]
    left, right = above.subfigures(1, 2, squeeze=False, width_ratios=[1, 1.25])[0]
    kinds_axes, missing_axes = left.subplots(2, 1, height_ratios=[1, 2.2])
    _draw_kinds(kinds_axes, list(kinds.values()))
    _draw_missing(missing_axes, frame[names])
    if len(numbers) > 1:
        axes = right.add_subplot()
        draw_correlations(right, axes, frame, numbers)
        axes.set_title("Correlations")
    for number, name in enumerate(shown, 1):
        axes = below.add_subplot(down, PANELS_PER_ROW, number)
        _draw_panel(axes, frame[name], kinds[name])
        axes.set_title(shorten(name))
    more = f", the first {len(shown)} drawn" if len(shown) < len(names) else ""
    return figure, f"Overview of {len(frame):,} rows and {len(names):,} columns{more}"


def summarize_columns(frame: pd.DataFrame) -> tuple[list[str], list[list[object]]]:
    """Return a table's head and a row for each column: its kind, its missing values, its statistics."""
    head = [
        "column",
        "kind",
        "missing",
        "different",
        "mean",
        "deviation",
        "least",
        "median",
        "greatest",
        "most frequent",
    ]
    return head, [_summarize_column(frame[name]) for name in frame.columns]


def _summarize_column(values: pd.Series) -> list[object]:
    kind, missing = detect_kind(values), f"{values.isna().mean():.1%}"
    numbers: list[object] = [None] * 5
    if kind == "number":
        numbers = [
            float(each) for each in (values.mean(), values.std(), values.min(), values.median(), values.max())
        ]
    frequent = values.mode()
    most = None if kind == "empty" else shorten(frequent.iloc[0])
    return [shorten(values.name, 60), kind, missing, int(values.nunique()), *numbers, most]


def _draw_kinds(axes: Axes, kinds: list[str]) -> None:
    names = [kind for kind in ("number", "text", "date", "bool", "empty") if kind in kinds][::-1]
    counts = [kinds.count(kind) for kind in names]
    axes.bar_label(axes.barh(names, counts, color=PALETTE[0], height=0.7), padding=4)
    axes.set_title("Kinds of columns")
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.margins(x=0.12)
    hide_bar_grid(axes)


def _draw_missing(axes: Axes, frame: pd.DataFrame) -> None:
    shares = frame.isna().mean().sort_values(ascending=False, kind="stable")[:MAX_MISSING][::-1]
    axes.barh([shorten(name) for name in shares.index], np.ones(len(shares)), color=GRID, height=0.7)
    drawn = axes.barh(range(len(shares)), shares, color=PALETTE[1], height=0.7)
    axes.bar_label(drawn, labels=[f"{share:.0%}" for share in shares], padding=4)
    axes.set(xlim=(0, 1), title="Missing values")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    hide_bar_grid(axes)


def _draw_panel(axes: Axes, values: pd.Series, kind: str) -> None:
    """Draw the distribution of numbers or dates, or the most frequent values."""
    if kind == "number":
        draw_distribution(axes, values)
    elif is_dates(values):
        axes.hist(values.dropna(), bins=20, color=PALETTE[0], edgecolor="white", linewidth=0.5)
        limit_ticks(axes, values, most=5)
    else:
        _draw_values(axes, values)


def _draw_values(axes: Axes, values: pd.Series) -> None:
    counts = values.astype(str).where(values.notna()).value_counts()
    if counts.iloc[0] == 1:
        axes.set_axis_off()
        axes.text(0.5, 0.5, f"{len(counts):,} values, each of them once", ha="center", color=QUIET)
        return
    top = counts[:MAX_VALUES][::-1]
    axes.barh([shorten(name, 16) for name in top.index], top.to_numpy(), color=PALETTE[2], height=0.7)
    axes.set_ylim(len(top) - MAX_VALUES - 0.5, len(top) - 0.5)  # a bar is as thick among two as among six
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    hide_bar_grid(axes)
    if len(counts) > MAX_VALUES:
        axes.set_xlabel(f"{MAX_VALUES} of {len(counts):,} values")
