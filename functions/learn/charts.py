"""The kinds of pictures. Each function draws the columns in the params, or else the first suitable ones.

Each returns the figure and its default title. Raises ColumnUnfit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from learn.columns import detect_kind
from learn.errors import ColumnUnfit
from learn.plot_style import INK, PALETTE, hide_bar_grid, make_figure, shorten

MAX_LINES = 6
MAX_PANELS = 9
MAX_BARS = 20
MAX_HEAT = 20
MAX_POINTS = 10_000
"""More points can't be distinguished, and make an SVG of hundreds of megabytes."""

Drawn = tuple[Figure, str]


def draw_line(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    x = params["x"] if params["x"] is not None else _find_dates(frame)
    names = choose_numbers(frame, params["columns"], MAX_LINES, but=x)
    along = pd.Series(range(1, len(frame) + 1)) if x is None else frame[x]
    ordered = is_dates(along) or detect_kind(along) == "number"
    if not ordered:
        along = _name_groups(along)
    order = along.argsort(kind="stable") if ordered else np.arange(len(along))
    order = order[:: max(1, -(-len(order) // MAX_POINTS))]
    figure = make_figure(10, 5)
    axes = figure.add_subplot()
    for number, name in enumerate(names):
        axes.plot(
            along.iloc[order],
            frame[name].iloc[order],
            linewidth=1.8,
            color=_pick_color(number),
        )
    axes.set_xlabel("row" if x is None else shorten(x))
    limit_ticks(axes, along)
    _label_columns(axes, names)
    return figure, f"{_list_names(names)} by {'row' if x is None else shorten(x)}"


def draw_bar(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    x = params["x"] if params["x"] is not None else _find_groups(frame)
    how = params["aggregate"] or ("mean" if params["columns"] else "count")
    # Without a name: else a column that is grouped by itself has its name twice.
    groups = frame.groupby(_name_groups(frame[x]).rename(None), sort=False)
    if how == "count":
        names, values = ["rows"], groups.size().to_frame("rows")
    else:
        names = choose_numbers(frame, params["columns"], MAX_LINES, but=x)
        values = groups[names].agg(how)
    top = values.sort_values(names[0], ascending=False, kind="stable")[:MAX_BARS][::-1]
    figure = make_figure(9, 1.8 + 0.32 * len(top) * max(1, 0.6 * len(names)))
    axes = figure.add_subplot()
    height = 0.8 / len(names)
    for number, name in enumerate(names):
        at = np.arange(len(top)) + 0.4 - height * (number + 0.5)
        axes.barh(at, top[name], height=height * 0.95, color=_pick_color(number))
    axes.set_yticks(range(len(top)), [shorten(name) for name in top.index])
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=how == "count"))
    axes.xaxis.set_major_formatter(EngFormatter(sep=""))
    hide_bar_grid(axes)
    what = "Rows" if how == "count" else f"{how.capitalize()} of {_list_names(names)}"
    axes.set_xlabel("rows" if how == "count" else how)
    if len(names) > 1:
        add_legend(axes, names)
    more = f" (the {MAX_BARS} greatest of {len(values):,})" if len(values) > MAX_BARS else ""
    return figure, f"{what} by {shorten(x)}{more}"


def draw_scatter(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    x = params["x"] if params["x"] is not None else choose_numbers(frame, None, 1)[0]
    choose_numbers(frame, [x], 1)
    names = choose_numbers(frame, params["columns"], 1 if params["columns"] is None else MAX_LINES, but=x)
    some = frame if len(frame) <= MAX_POINTS else frame.sample(MAX_POINTS, random_state=0)
    figure = make_figure(8, 5.5)
    axes = figure.add_subplot()
    alpha = 0.75 if len(some) <= 500 else 0.35
    for number, name in enumerate(names):
        axes.scatter(
            some[x],
            some[name],
            s=18,
            alpha=alpha,
            linewidth=0,
            color=_pick_color(number),
        )
    axes.set_xlabel(shorten(x))
    _label_columns(axes, names)
    more = f" ({MAX_POINTS:,} of {len(frame):,} rows)" if len(frame) > len(some) else ""
    return figure, f"{_list_names(names)} by {shorten(x)}{more}"


def draw_histogram(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    names = choose_numbers(frame, params["columns"], MAX_PANELS)
    across = min(3, len(names))
    down = -(-len(names) // across)
    figure = make_figure(max(7, 3.6 * across), 1 + 2.7 * down if across > 1 else 4.5)
    for number, name in enumerate(names, 1):
        axes = figure.add_subplot(down, across, number)
        draw_distribution(axes, frame[name])
        axes.set_title(shorten(name) if len(names) > 1 else "")
        axes.set_xlabel(shorten(name) if len(names) == 1 else "")
        if number % across == 1 or across == 1:
            axes.set_ylabel("rows")
    return figure, f"Distribution of {_list_names(names)}"


def draw_heatmap(frame: pd.DataFrame, params: dict[str, Any]) -> Drawn:
    names = choose_numbers(frame, params["columns"], MAX_HEAT)
    if len(names) < 2:
        raise ColumnUnfit("Correlations need two columns of numbers.")
    side = 3 + 0.55 * len(names)
    figure = make_figure(side + 1.5, side)
    draw_correlations(figure, figure.add_subplot(), frame, names)
    return figure, "Correlations"


def draw_correlations(figure: Figure, axes: Axes, frame: pd.DataFrame, names: list[str]) -> None:
    found = frame[names].corr().to_numpy()
    image = axes.imshow(found, cmap="RdBu_r", vmin=-1, vmax=1)
    axes.set_xticks(range(len(names)), [shorten(name, 18) for name in names], rotation=90)
    axes.set_yticks(range(len(names)), [shorten(name, 18) for name in names])
    axes.grid(visible=False)
    for (row, column), value in np.ndenumerate(found):
        if np.isfinite(value):
            color = "white" if abs(value) > 0.6 else INK
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=color, fontsize=7)
    figure.colorbar(image, ax=axes, label="Pearson's r", shrink=0.8)


def draw_distribution(axes: Axes, values: pd.Series) -> None:
    """Draw the distribution of numbers."""
    present = values.replace([np.inf, -np.inf], np.nan).dropna().astype("float64")
    bins = min(30, max(8, int(len(present) ** 0.5)))
    spread = float(present.max() - present.min()) if len(present) else 0.0
    ends = None
    if len(present) and spread / bins <= 4 * np.spacing(present.abs().max()):
        # Floats are too coarse for more bins, and for bins of numpy's width around a single value.
        bins, around = 1, max(0.5, float(present.abs().max()) / 100)
        ends = (present.min() - around, present.max() + around)
    axes.hist(present, bins=bins, range=ends, color=PALETTE[0], edgecolor="white", linewidth=0.5)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def choose_numbers(
    frame: pd.DataFrame, asked: list[str] | None, most: int, but: str | None = None
) -> list[str]:
    """Return the columns `asked` for, or else the first columns of numbers but `but`. Raises ColumnUnfit."""
    if asked is None:
        found = [name for name in frame.columns if name != but and detect_kind(frame[name]) == "number"][
            :most
        ]
        if not found:
            raise ColumnUnfit("There is no column of numbers to draw.")
        return found
    for name in asked:
        if detect_kind(frame[name]) != "number":
            raise ColumnUnfit(f"The column {name!r} holds no numbers.")
    if len(asked) > most:
        raise ColumnUnfit(
            f"{len(asked)} columns are too many for a picture of this kind: choose at most {most}."
        )
    return list(dict.fromkeys(asked))


def is_dates(values: pd.Series) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(values))


def _find_dates(frame: pd.DataFrame) -> str | None:
    return next((name for name in frame.columns if is_dates(frame[name])), None)


def _name_groups(values: pd.Series) -> pd.Series:
    """Return the values as text. An axis of words takes nothing else, and no gaps."""
    return values.astype(str).where(values.notna(), "(missing)").astype(object)


def _find_groups(frame: pd.DataFrame) -> str:
    """Return the first column with few different values, or else the first column."""
    few = (str(name) for name in frame.columns if 1 < frame[name].nunique() <= MAX_BARS)
    return next(few, str(frame.columns[0]))


def limit_ticks(axes: Axes, along: pd.Series, most: int = 8) -> None:
    """Format the ticks of the x axis: concise dates, and few enough texts to be legible."""
    if is_dates(along):
        axes.xaxis.set_major_locator(locator := AutoDateLocator(minticks=3, maxticks=most))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    elif detect_kind(along) == "text":
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.tick_params(axis="x", rotation=30)


def _label_columns(axes: Axes, names: list[str]) -> None:
    """Name the y axis after a single column, or add a legend for several."""
    if len(names) == 1:
        axes.set_ylabel(shorten(names[0]))
    else:
        add_legend(axes, names)


def add_legend(axes: Axes, names: list[str]) -> None:
    """Add a legend with a line for each name, in the order of drawing."""
    # What is given by itself is not left out for a leading underscore, as a label is.
    handles: list[Any] = [*axes.get_lines(), *axes.containers, *axes.collections]
    axes.legend(handles, [shorten(name) for name in names])


def _list_names(names: list[str]) -> str:
    shown = ", ".join(shorten(name, 20) for name in names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _pick_color(number: int) -> str:
    return PALETTE[number % len(PALETTE)]
