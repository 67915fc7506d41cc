"""report.html and its plots: the model, its scores, and the importance of the columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import confusion_matrix

from learn.html import embed_png, render_page, render_section, render_table, render_warnings
from learn.plot_style import (
    INK,
    PALETTE,
    QUIET,
    add_title,
    apply_style,
    hide_bar_grid,
    make_figure,
    save_png,
    shorten,
)
from learn.target import Array

MAX_POINTS = 5_000
MAX_CLASSES = 20
MAX_COLUMNS = 15
NAMES = {
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
    "accuracy": "Accuracy",
    "f1": "F1 (macro)",
    "auc": "ROC AUC",
}


def write_report(
    metrics: dict[str, Any], truth: Array, predicted: Array, classes: tuple[Any, ...]
) -> list[str]:
    """Write report.html and its plots. Return the plots' names."""
    apply_style()
    target = metrics["target"]
    if metrics["problem"] == "regression":
        plots = [save_png(_draw_predicted_actual(target, truth, predicted), "predicted-actual.png")]
    else:
        plots = [save_png(_draw_confusion(target, truth, predicted, classes), "confusion.png")]
    plots.append(save_png(_draw_importance(metrics["importance"]), "importance.png"))
    Path("report.html").write_text(_render_report(metrics, plots), encoding="utf-8")
    return plots


def _draw_predicted_actual(target: str, truth: Array, predicted: Array) -> Figure:
    figure = make_figure(6.5, 6)
    axes = figure.add_subplot()
    some = slice(None, MAX_POINTS)
    ends = [min(truth.min(), predicted.min()), max(truth.max(), predicted.max())]
    axes.plot(ends, ends, color=INK, linewidth=1, label="a perfect prediction")
    alpha = 0.7 if len(truth) <= 300 else 0.3
    axes.scatter(truth[some], predicted[some], s=22, alpha=alpha, linewidth=0, label="one row of the test")
    axes.set_aspect("equal", adjustable="box")
    axes.set(xlabel=f"actual {shorten(target)}", ylabel=f"predicted {shorten(target)}")
    axes.legend(loc="upper left")
    add_title(figure, "Predicted against actual")
    return figure


def _draw_confusion(target: str, truth: Array, predicted: Array, classes: tuple[Any, ...]) -> Figure:
    """Draw the confusion matrix, as shares of each actual class. Of many classes, the most frequent ones."""
    frequent = np.argsort(-np.bincount(truth, minlength=len(classes)), kind="stable")[:MAX_CLASSES]
    shown = np.sort(frequent)
    counts = confusion_matrix(truth, predicted, labels=shown)
    shares = counts / np.maximum(np.bincount(truth, minlength=len(classes))[shown][:, None], 1)
    side = 3.4 + 0.5 * len(shown)
    figure = make_figure(max(5.5, side + 0.8), max(4.5, side))
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [shorten(classes[number], 16) for number in shown]
    axes.set_xticks(range(len(shown)), names, rotation=0 if max(map(len, names)) * len(names) < 40 else 90)
    axes.set_yticks(range(len(shown)), names)
    axes.set(xlabel=f"predicted {shorten(target)}", ylabel=f"actual {shorten(target)}")
    axes.grid(visible=False)
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if shares[row, column] > 0.5 else INK
        axes.text(column, row, f"{count:,}", ha="center", va="center", color=color, fontsize=9)
    figure.colorbar(image, label="share of the actual class", shrink=0.8)
    add_title(figure, "Actual and predicted classes")
    return figure


def _draw_importance(importance: list[dict[str, Any]]) -> Figure:
    top = importance[:MAX_COLUMNS][::-1]
    figure = make_figure(8, 1.6 + 0.35 * len(top))
    axes = figure.add_subplot()
    axes.barh(
        [shorten(each["column"]) for each in top], [each["importance"] for each in top], color=PALETTE[0]
    )
    axes.axvline(0, color=QUIET, linewidth=0.8)
    axes.set_xlabel("how much worse the model is when the column is shuffled")
    hide_bar_grid(axes)
    add_title(figure, "Importance of the columns")
    return figure


def _render_report(metrics: dict[str, Any], plots: list[str]) -> str:
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
        render_section(
            "How good it is", render_table(["", "the model", "always predicting the same"], measured)
        ),
        *(embed_png(plot, plot.removesuffix(".png")) for plot in plots),
    ]
    if metrics["tried"]:
        score = ("minus " if metrics["metric"] in ("rmse", "mae") else "") + NAMES[metrics["metric"]]
        parts.append(
            render_section(
                "Models tried", render_table(["model", f"cross-validated {score}"], metrics["tried"].items())
            )
        )
    if metrics["left_out"]:
        out = [[each["column"], each["why"]] for each in metrics["left_out"]]
        parts.append(render_section("Columns left out", render_table(["column", "why"], out)))
    parts.extend(render_warnings(metrics["warnings"]))
    return render_page(f"Predicting {metrics['target']}", note, *parts)
