"""The dashboard: what is in a table, at a glance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from learn.charts import Drawn, as_dates, bars, correlations, few_ticks, is_dates
from learn.columns import kind_of
from learn.plot_style import GRID, PALETTE, QUIET, across_only, new_figure, short

MOST_PANELS = 9
MOST_MISSING = 12
MOST_HEAT = 12
TOP = 6
ACROSS = 3


def overview(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    """Kinds and missing values above, correlations beside them, and the distribution of each column below."""
    names = list(params["columns"] or frame.columns)
    kinds = {name: kind_of(frame[name]) for name in names}
    shown = [name for name in names if kinds[name] != "empty"][:MOST_PANELS]
    numbers = [name for name in names if kinds[name] == "number"][:MOST_HEAT]
    down = max(1, -(-len(shown) // ACROSS))
    figure = new_figure(13, 5.6 + 2.6 * down)
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=[5, 2.6 * down])[:, 0]
    left, right = above.subfigures(1, 2, squeeze=False, width_ratios=[1, 1.25])[0]
    kinds_axes, missing_axes = left.subplots(2, 1, height_ratios=[1, 2.2])
    _kinds(kinds_axes, list(kinds.values()))
    _missing(missing_axes, frame[names])
    if len(numbers) > 1:
        axes = right.add_subplot()
        correlations(right, axes, frame, numbers)
        axes.set_title("Correlations")
    for number, name in enumerate(shown, 1):
        axes = below.add_subplot(down, ACROSS, number)
        _panel(axes, frame[name], kinds[name])
        axes.set_title(short(name))
    more = f", the first {len(shown)} drawn" if len(shown) < len(names) else ""
    return figure, f"Overview of {len(frame):,} rows and {len(names):,} columns{more}"


def summary(frame: pd.DataFrame) -> tuple[list[str], list[list[object]]]:
    """A line for each column: its kind, what is missing, and its values."""
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
        "most usual",
    ]
    return head, [_line(frame[name]) for name in frame.columns]


def _line(values: pd.Series) -> list[object]:
    kind, missing = kind_of(values), f"{values.isna().mean():.1%}"
    numbers: list[object] = [None] * 5
    if kind == "number":
        numbers = [
            float(each) for each in (values.mean(), values.std(), values.min(), values.median(), values.max())
        ]
    usual = values.mode()
    most = None if kind == "empty" else short(usual.iloc[0])
    return [short(values.name, 60), kind, missing, int(values.nunique()), *numbers, most]


def _kinds(axes: Axes, kinds: list[str]) -> None:
    names = [kind for kind in ("number", "text", "bool", "empty") if kind in kinds][::-1]
    counts = [kinds.count(kind) for kind in names]
    axes.bar_label(axes.barh(names, counts, color=PALETTE[0], height=0.7), padding=4)
    axes.set_title("Kinds of columns")
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.margins(x=0.12)
    across_only(axes)


def _missing(axes: Axes, frame: pd.DataFrame) -> None:
    shares = frame.isna().mean().sort_values(ascending=False, kind="stable")[:MOST_MISSING][::-1]
    axes.barh([short(name) for name in shares.index], np.ones(len(shares)), color=GRID, height=0.7)
    drawn = axes.barh(range(len(shares)), shares, color=PALETTE[1], height=0.7)
    axes.bar_label(drawn, labels=[f"{share:.0%}" for share in shares], padding=4)
    axes.set(xlim=(0, 1), title="Missing values")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    across_only(axes)


def _panel(axes: Axes, values: pd.Series, kind: str) -> None:
    """The distribution of numbers or dates, or the most usual values."""
    dates = as_dates(values)
    if kind == "number":
        bars(axes, values)
    elif is_dates(dates):
        axes.hist(dates.dropna(), bins=20, color=PALETTE[0], edgecolor="white", linewidth=0.5)
        few_ticks(axes, dates, most=5)
    else:
        _values(axes, values)


def _values(axes: Axes, values: pd.Series) -> None:
    counts = values.astype(str).where(values.notna()).value_counts()
    if counts.iloc[0] == 1:
        axes.set_axis_off()
        axes.text(0.5, 0.5, f"{len(counts):,} values, each of them once", ha="center", color=QUIET)
        return
    top = counts[:TOP][::-1]
    axes.barh([short(name, 16) for name in top.index], top.to_numpy(), color=PALETTE[2], height=0.7)
    axes.set_ylim(len(top) - TOP - 0.5, len(top) - 0.5)  # two bars are as thick as six
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    across_only(axes)
    if len(counts) > TOP:
        axes.set_xlabel(f"{TOP} of {len(counts):,} values")
