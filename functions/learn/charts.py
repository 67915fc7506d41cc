"""The kinds of pictures: each draws the columns asked for, or the first that suit it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from learn.columns import kind_of
from learn.errors import ColumnUnfit
from learn.plot_style import INK, PALETTE, across_only, new_figure, short

MOST_LINES = 6
MOST_PANELS = 9
MOST_BARS = 20
MOST_HEAT = 20
MOST_POINTS = 10_000
"""More could not be told apart, and would make an SVG of hundreds of megabytes."""

Drawn = tuple[Figure, str]


def line(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    x = params["x"] if params["x"] is not None else _first_dates(frame)
    names = numbers_of(frame, params["columns"], MOST_LINES, but=x)
    along = pd.Series(range(1, len(frame) + 1)) if x is None else as_dates(frame[x])
    ordered = is_dates(along) or kind_of(along) == "number"
    order = along.argsort(kind="stable") if ordered else np.arange(len(along))
    order = order[:: max(1, -(-len(order) // MOST_POINTS))]
    figure = new_figure(10, 5)
    axes = figure.add_subplot()
    for number, name in enumerate(names):
        axes.plot(
            along.iloc[order], frame[name].iloc[order], linewidth=1.8, label=short(name), color=_color(number)
        )
    axes.set_xlabel("row" if x is None else short(x))
    few_ticks(axes, along)
    _named(axes, names)
    return figure, f"{_listed(names)} by {'row' if x is None else short(x)}"


def bar(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    x = params["x"] if params["x"] is not None else _first_groups(frame)
    how = params["aggregate"] or ("mean" if params["columns"] else "count")
    groups = frame.groupby(frame[x].astype(str).where(frame[x].notna(), "(missing)"), sort=False)
    if how == "count":
        names, values = ["rows"], groups.size().to_frame("rows")
    else:
        names = numbers_of(frame, params["columns"], MOST_LINES, but=x)
        values = groups[names].agg(how)
    top = values.sort_values(names[0], ascending=False, kind="stable")[:MOST_BARS][::-1]
    figure = new_figure(9, 1.8 + 0.32 * len(top) * max(1, 0.6 * len(names)))
    axes = figure.add_subplot()
    height = 0.8 / len(names)
    for number, name in enumerate(names):
        at = np.arange(len(top)) + 0.4 - height * (number + 0.5)
        axes.barh(at, top[name], height=height * 0.95, label=short(name), color=_color(number))
    axes.set_yticks(range(len(top)), [short(name) for name in top.index])
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=how == "count"))
    axes.xaxis.set_major_formatter(EngFormatter(sep=""))
    across_only(axes)
    what = "Rows" if how == "count" else f"{how.capitalize()} of {_listed(names)}"
    axes.set_xlabel("rows" if how == "count" else how)
    if len(names) > 1:
        axes.legend()
    more = f" (the {MOST_BARS} greatest of {len(values):,})" if len(values) > MOST_BARS else ""
    return figure, f"{what} by {short(x)}{more}"


def scatter(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    x = params["x"] if params["x"] is not None else numbers_of(frame, None, 1)[0]
    numbers_of(frame, [x], 1)
    names = numbers_of(frame, params["columns"], 1 if params["columns"] is None else MOST_LINES, but=x)
    some = frame if len(frame) <= MOST_POINTS else frame.sample(MOST_POINTS, random_state=0)
    figure = new_figure(8, 5.5)
    axes = figure.add_subplot()
    alpha = 0.75 if len(some) <= 500 else 0.35
    for number, name in enumerate(names):
        axes.scatter(
            some[x], some[name], s=18, alpha=alpha, linewidth=0, label=short(name), color=_color(number)
        )
    axes.set_xlabel(short(x))
    _named(axes, names)
    more = f" ({MOST_POINTS:,} of {len(frame):,} rows)" if len(frame) > len(some) else ""
    return figure, f"{_listed(names)} by {short(x)}{more}"


def histogram(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    names = numbers_of(frame, params["columns"], MOST_PANELS)
    across = min(3, len(names))
    down = -(-len(names) // across)
    figure = new_figure(max(7, 3.6 * across), 1 + 2.7 * down if across > 1 else 4.5)
    for number, name in enumerate(names, 1):
        axes = figure.add_subplot(down, across, number)
        bars(axes, frame[name])
        axes.set_title(short(name) if len(names) > 1 else "")
        axes.set_xlabel(short(name) if len(names) == 1 else "")
        if number % across == 1 or across == 1:
            axes.set_ylabel("rows")
    return figure, f"Distribution of {_listed(names)}"


def heatmap(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    names = numbers_of(frame, params["columns"], MOST_HEAT)
    if len(names) < 2:
        raise ColumnUnfit("Correlations need two columns of numbers.")
    side = 3 + 0.55 * len(names)
    figure = new_figure(side + 1.5, side)
    correlations(figure, figure.add_subplot(), frame, names)
    return figure, "Correlations"


def correlations(figure: Figure, axes: Axes, frame: pd.DataFrame, names: list[str]) -> None:
    found = frame[names].corr().to_numpy()
    image = axes.imshow(found, cmap="RdBu_r", vmin=-1, vmax=1)
    axes.set_xticks(range(len(names)), [short(name, 18) for name in names], rotation=90)
    axes.set_yticks(range(len(names)), [short(name, 18) for name in names])
    axes.grid(visible=False)
    for (row, column), value in np.ndenumerate(found):
        if np.isfinite(value):
            color = "white" if abs(value) > 0.6 else INK
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=color, fontsize=7)
    figure.colorbar(image, ax=axes, label="Pearson's r", shrink=0.8)


def bars(axes: Axes, values: pd.Series) -> None:
    """The distribution of numbers."""
    present = values.replace([np.inf, -np.inf], np.nan).dropna().astype("float64")
    axes.hist(
        present,
        bins=min(30, max(8, int(len(present) ** 0.5))),
        color=PALETTE[0],
        edgecolor="white",
        linewidth=0.5,
    )
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def numbers_of(frame: pd.DataFrame, asked: list[str] | None, most: int, but: str | None = None) -> list[str]:
    """The columns asked for, all of numbers, or the first such ones; ColumnUnfit."""
    if asked is None:
        found = [name for name in frame.columns if name != but and kind_of(frame[name]) == "number"][:most]
        if not found:
            raise ColumnUnfit("There is no column of numbers to draw.")
        return found
    for name in asked:
        if kind_of(frame[name]) != "number":
            raise ColumnUnfit(f"The column {name!r} holds no numbers.")
    if len(asked) > most:
        raise ColumnUnfit(
            f"{len(asked)} columns are too many for one picture of this kind: choose up to {most}."
        )
    return list(dict.fromkeys(asked))


def as_dates(values: pd.Series) -> pd.Series:
    """Text that is dates, all of it, as dates; anything else as it is."""
    if kind_of(values) != "text":
        return values
    dates = pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True)
    return dates if (dates.notna() == values.notna()).all() else values


def is_dates(values: pd.Series) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(values))


def _first_dates(frame: pd.DataFrame) -> str | None:
    return next((name for name in frame.columns if is_dates(as_dates(frame[name]))), None)


def _first_groups(frame: pd.DataFrame) -> str:
    """The first column of few values."""
    few = (str(name) for name in frame.columns if 1 < frame[name].nunique() <= MOST_BARS)
    return next(few, str(frame.columns[0]))


def few_ticks(axes: Axes, along: pd.Series, most: int = 8) -> None:
    """Along the bottom: dates as people write them, and of text as many as can be read."""
    if is_dates(along):
        axes.xaxis.set_major_locator(locator := AutoDateLocator(minticks=3, maxticks=most))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    elif kind_of(along) == "text":
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.tick_params(axis="x", rotation=30)


def _named(axes: Axes, names: list[str]) -> None:
    """One column names the axis; several need a legend."""
    if len(names) == 1:
        axes.set_ylabel(short(names[0]))
    else:
        axes.legend()


def _listed(names: list[str]) -> str:
    shown = ", ".join(short(name, 20) for name in names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _color(number: int) -> str:
    return PALETTE[number % len(PALETTE)]
