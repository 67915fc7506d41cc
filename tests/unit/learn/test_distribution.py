"""The distribution of any finite numbers is drawn: of one value, of huge ones, and of close ones."""

from __future__ import annotations

import pandas as pd
import pytest

from learn.charts import draw_distribution
from learn.plot_style import make_figure

NUMBERS: list[list[float]] = [
    [],
    [3.0],
    [0.0] * 5,
    [1e40] * 5,
    [-1e99] * 3,
    [1e16, 1e16 + 2],
    [1e-300, 2e-300],
    [0.0, 5e-324],
    [1e100, -1e100],
    [1, 2, 3.5],
]


@pytest.mark.parametrize("numbers", NUMBERS, ids=str)
def test_any_numbers_have_a_distribution(numbers: list[float]) -> None:
    axes = make_figure(4, 3).add_subplot()
    draw_distribution(axes, pd.Series(numbers, dtype="float64"))
    assert sum(bar.get_height() for bar in axes.patches) == len(numbers)  # type: ignore[attr-defined]
