"""report.html and its plots: what was learned, how good it is, and from which columns it comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import confusion_matrix

from learn.html import page, png, section, table
from learn.plot_style import (
    INK,
    PALETTE,
    QUIET,
    across_only,
    apply_style,
    headed,
    new_figure,
    save_png,
    short,
)
from learn.target import Array

MOST_POINTS = 5_000
MOST_CLASSES = 20
MOST_COLUMNS = 15
NAMES = {
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
    "accuracy": "Accuracy",
    "f1": "F1 (macro)",
    "auc": "ROC AUC",
}


def write_report(
    metrics: dict[str, Any], truth: Array, guessed: Array, classes: tuple[Any, ...]
) -> list[str]:
    """Writes report.html and the plots in it; the plots' names."""
    apply_style()
    target = metrics["target"]
    if metrics["problem"] == "regression":
        plots = [save_png(_predicted_actual(target, truth, guessed), "predicted-actual.png")]
    else:
        plots = [save_png(_confusion(target, truth, guessed, classes), "confusion.png")]
    plots.append(save_png(_importance(metrics["importance"]), "importance.png"))
    Path("report.html").write_text(_page(metrics, plots), encoding="utf-8")
    return plots


def _predicted_actual(target: str, truth: Array, guessed: Array) -> Figure:
    figure = new_figure(6.5, 6)
    axes = figure.add_subplot()
    some = slice(None, MOST_POINTS)
    ends = [min(truth.min(), guessed.min()), max(truth.max(), guessed.max())]
    axes.plot(ends, ends, color=INK, linewidth=1, label="a perfect prediction")
    alpha = 0.7 if len(truth) <= 300 else 0.3
    axes.scatter(truth[some], guessed[some], s=22, alpha=alpha, linewidth=0, label="one row of the test")
    axes.set_aspect("equal", adjustable="box")
    axes.set(xlabel=f"actual {short(target)}", ylabel=f"predicted {short(target)}")
    axes.legend(loc="upper left")
    headed(figure, "Predicted against actual")
    return figure


def _confusion(target: str, truth: Array, guessed: Array, classes: tuple[Any, ...]) -> Figure:
    """Shares of each actual class; of many classes the most usual ones."""
    usual = np.argsort(-np.bincount(truth, minlength=len(classes)), kind="stable")[:MOST_CLASSES]
    shown = np.sort(usual)
    counts = confusion_matrix(truth, guessed, labels=shown)
    shares = counts / np.maximum(np.bincount(truth, minlength=len(classes))[shown][:, None], 1)
    side = 3.4 + 0.5 * len(shown)
    figure = new_figure(max(5.5, side + 0.8), max(4.5, side))
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [short(classes[number], 16) for number in shown]
    axes.set_xticks(range(len(shown)), names, rotation=0 if max(map(len, names)) * len(names) < 40 else 90)
    axes.set_yticks(range(len(shown)), names)
    axes.set(xlabel=f"predicted {short(target)}", ylabel=f"actual {short(target)}")
    axes.grid(visible=False)
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if shares[row, column] > 0.5 else INK
        axes.text(column, row, f"{count:,}", ha="center", va="center", color=color, fontsize=9)
    figure.colorbar(image, label="share of the actual class", shrink=0.8)
    headed(figure, "Which class is taken for which")
    return figure


def _importance(importance: list[dict[str, Any]]) -> Figure:
    top = importance[:MOST_COLUMNS][::-1]
    figure = new_figure(8, 1.6 + 0.35 * len(top))
    axes = figure.add_subplot()
    axes.barh([short(each["column"]) for each in top], [each["importance"] for each in top], color=PALETTE[0])
    axes.axvline(0, color=QUIET, linewidth=0.8)
    axes.set_xlabel("how much worse the model is when the column is shuffled")
    across_only(axes)
    headed(figure, "Importance of the columns")
    return figure


def _page(metrics: dict[str, Any], plots: list[str]) -> str:
    rows = metrics["rows"]
    note = (
        f"{metrics['problem'].capitalize()} with the model “{metrics['model']}”: learned from "
        f"{rows['learned']:,} rows, tested on {rows['tested']:,} others."
    )
    measured = [
        [NAMES[name], value, metrics["baseline"][name]]
        for name, value in metrics["test"].items()
        if value is not None
    ]
    parts = [
        section("How good it is", table(["", "the model", "always guessing the same"], measured)),
        *(png(plot, plot.removesuffix(".png")) for plot in plots),
    ]
    if metrics["tried"]:
        score = "minus RMSE" if metrics["problem"] == "regression" else "F1 (macro)"
        parts.append(
            section("Models tried", table(["model", f"cross-validated {score}"], metrics["tried"].items()))
        )
    if metrics["left_out"]:
        out = [[each["column"], each["why"]] for each in metrics["left_out"]]
        parts.append(section("Columns left out", table(["column", "why"], out)))
    return page(f"Predicting {metrics['target']}", note, *parts)
