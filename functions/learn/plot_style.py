"""The look of all pictures: plain, legible in print and on a screen, without relying on color vision."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
"""Okabe and Ito's colors, which people with any color vision can distinguish."""
INK, QUIET, GRID = "#1b1f24", "#57606a", "#d8dee4"
DPI = 150
MAX_NAME = 28
CHINESE = ("Noto Sans CJK SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei")
"""The installed ones draw the characters that DejaVu lacks."""


def apply_style() -> None:
    """Set the style for all figures of this process."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    mpl.rcParams.update(
        {
            "font.family": ["DejaVu Sans", *(name for name in CHINESE if name in installed)],
            "font.size": 10,
            "text.parse_math": False,  # a column's name may contain dollars
            "text.color": INK,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.titlepad": 10,
            "axes.labelcolor": QUIET,
            "axes.edgecolor": GRID,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "axes.grid": True,
            "axes.prop_cycle": cycler(color=PALETTE),
            "grid.color": GRID,
            "grid.linewidth": 0.8,
            "xtick.color": QUIET,
            "ytick.color": QUIET,
            "legend.frameon": False,
            "figure.facecolor": "white",
            "svg.hashsalt": "heavylift",  # the same table gives the same file
        }
    )


def make_figure(width: float = 8, height: float = 5) -> Figure:
    """Return a figure of this size, in inches, that lays itself out."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def add_title(figure: Figure, title: str, note: str | None = None) -> None:
    """Add a title above the figure, and a note below."""
    figure.suptitle(shorten(title, 90), x=0.01, ha="left", fontsize=14, fontweight="bold")
    if note:
        figure.supxlabel(note, x=0.01, ha="left", fontsize=8, color=QUIET)


def save_png(figure: Figure, name: str) -> str:
    figure.savefig(name, dpi=DPI, metadata={"Software": None})
    return name


def save_svg(figure: Figure, name: str) -> str:
    figure.savefig(Path(name), format="svg", metadata={"Date": None, "Creator": None})
    return name


def shorten(name: object, longest: int = MAX_NAME) -> str:
    text = "".join(each if each.isprintable() else " " for each in " ".join(str(name).split()))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def hide_bar_grid(axes: Axes) -> None:
    """Hide the grid lines between horizontal bars. Those of the values stay."""
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
