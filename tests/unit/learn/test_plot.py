"""Every kind of plot is drawn and loads nothing from another host. An unfit table is a typed problem."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from PIL import Image

from heavylift.errors import InvalidInput
from learn.charts import draw_bar, draw_line, draw_scatter
from learn.csv_input import LIMITS
from learn.errors import ColumnMissing, ColumnUnfit, CsvEmpty
from learn.html import render_table as table_of
from learn.plot import plot
from learn.plot_task import PlotParams

HOSTILE = "<script>alert('$x^2$')</script>"
TABLE = f"date,amount,cost,plan,on,none,{HOSTILE}\n" + "\n".join(
    f"2026-{1 + day // 28:02}-{1 + day % 28:02},{day * 1.5},{'' if day % 5 else 200 - day},"
    f"{'basic' if day % 3 else HOSTILE},{'true' if day % 2 else 'false'},,{day % 4}"
    for day in range(120)
)
FETCHES = re.compile(r"""(?:src|href)\s*=\s*["'](?!#|data:)|@import|url\(["']?(?![#"'])""")


@pytest.fixture(name="table")
def write_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "input.csv").write_text(TABLE)
    return tmp_path / "input.csv"


def draw(csv: Path, **params: Any) -> dict[str, Any]:
    """Draw the plot in this process."""
    asked = PlotParams.model_validate(params).model_dump(mode="json")
    events = list(plot({"csv": str(csv), "limits": dict(LIMITS), "params": asked}))
    assert [event["output"] for event in events if "output" in event] == ["plot.png", "plot.svg", "plot.html"]
    result: dict[str, Any] = events[-1]["result"]
    return result


KINDS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "line"}, "amount, cost"),
    ({"kind": "line", "x": "plan", "columns": ["amount"]}, "amount by plan"),
    ({"kind": "bar"}, "Rows by plan"),
    ({"kind": "bar", "x": "date", "columns": ["amount", "cost"]}, "the 20 greatest of 120"),
    ({"kind": "bar", "x": "plan", "columns": ["amount"], "aggregate": "sum"}, "Sum of amount by plan"),
    ({"kind": "scatter"}, "cost by amount"),
    ({"kind": "histogram"}, "Distribution of amount"),
    ({"kind": "histogram", "columns": ["cost"]}, "Distribution of cost"),
    ({"kind": "heatmap"}, "Correlations"),
    ({"kind": "overview"}, "120 rows and 7 columns"),
]


@pytest.mark.parametrize(("params", "title"), KINDS, ids=[str(params) for params, _ in KINDS])
def test_every_kind_is_drawn(table: Path, params: dict[str, Any], title: str) -> None:
    result = draw(table, **params)
    assert title in result["title"]
    with Image.open("plot.png") as image:
        image.load()
        assert min(image.size) > 300
        assert len(set(image.convert("L").resize((64, 64)).tobytes())) > 2  # neither blank nor black
    assert ET.parse("plot.svg").getroot().tag.endswith("svg")
    html = Path("plot.html").read_text()
    assert "<svg" in html
    for text in (html, Path("plot.svg").read_text()):
        assert not FETCHES.search(text)
        assert "<script" not in text


def test_the_title_is_what_was_asked_for(table: Path) -> None:
    assert draw(table, kind="bar", title=HOSTILE)["title"] == HOSTILE
    assert "&lt;script&gt;" in Path("plot.html").read_text()


def test_many_points_are_thinned_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "many.csv").write_text("a,b\n" + "\n".join(f"{n},{n % 97}" for n in range(50_000)))
    for kind in ("scatter", "line"):
        draw(tmp_path / "many.csv", kind=kind)
        assert Path("plot.svg").stat().st_size < 3_000_000


UNFIT: list[tuple[dict[str, Any], type[InvalidInput]]] = [
    ({"kind": "line", "columns": ["absent"]}, ColumnMissing),
    ({"kind": "bar", "x": "absent"}, ColumnMissing),
    ({"kind": "line", "columns": ["plan"]}, ColumnUnfit),
    ({"kind": "scatter", "x": "plan"}, ColumnUnfit),
    ({"kind": "histogram", "columns": ["on"]}, ColumnUnfit),
    ({"kind": "heatmap", "columns": ["amount"]}, ColumnUnfit),
]


@pytest.mark.parametrize(("params", "error"), UNFIT, ids=[str(params) for params, _ in UNFIT])
def test_unfit_columns_are_a_typed_problem(
    table: Path, params: dict[str, Any], error: type[InvalidInput]
) -> None:
    with pytest.raises(error):
        draw(table, **params)


@pytest.mark.parametrize(
    ("kind", "content"), [("overview", "a\nx\n"), ("bar", "a\n1\n"), ("bar", "a\nx\n"), ("bar", "a,b\n,\n")]
)
def test_one_column_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, content: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.csv").write_text(content)
    draw(tmp_path / "one.csv", kind=kind)


def test_an_empty_table_is_a_typed_problem(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("a,b\n")
    with pytest.raises(CsvEmpty):
        draw(tmp_path / "empty.csv")


def test_numbers_in_a_table_are_rounded_and_right_aligned() -> None:
    html = table_of(["", "RMSE", "kind"], [["one", 0.5, "a"], ["two", 12345.6, None], ["three", 7, "b"]])
    assert re.findall(r'class="number">([^<]*)<', html) == ["RMSE", "0.5000", "12,346", "7"]


def test_a_page_shows_its_title_once(table: Path) -> None:
    draw(table, kind="line", title="Orders of the year")
    assert "Orders of the year" not in Path("plot.html").read_text().partition("<svg")[2]


def test_a_legend_has_names_that_begin_with_an_underscore() -> None:
    frame = pd.DataFrame({"day": range(9), "_visits": range(9), "sales": range(9)})
    params = {"x": "day", "columns": ["_visits", "sales"], "aggregate": "sum"}
    for chart in (draw_line, draw_bar, draw_scatter):
        figure, _ = chart(frame, params)
        legend = figure.axes[0].get_legend()
        assert legend is not None
        assert [text.get_text() for text in legend.get_texts()] == ["_visits", "sales"]
        assert len(legend.legend_handles) == 2


ODD = [
    "9999-12-31,1e308,1e-320,inf,100000000000000000\n0001-01-01,-1e308,0,1,100000000000000016\n",
    "2026-01-01,1,1,1,100000000000000000\n" * 2,
    "2026-01-01,inf,nan,,1\n",
]


@pytest.mark.parametrize("kind", ["line", "bar", "scatter", "histogram", "heatmap", "overview"])
@pytest.mark.parametrize("rows", ODD)
def test_huge_tiny_and_infinite_numbers_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, rows: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.csv").write_text("when,huge,tiny,infinite,close,more\n" + rows.replace("\n", ",2\n"))
    draw(tmp_path / "odd.csv", kind=kind)


@pytest.mark.parametrize("cells", ["x", "x,,y", "1,x,2026-01-01", "true,,false"])
def test_an_axis_of_words_takes_gaps_and_mixed_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{cell},{number}\n" for number, cell in enumerate(cells.split(",")))
    (tmp_path / "input.csv").write_text(f"a,b\n{rows}")
    assert draw(tmp_path / "input.csv", kind="line", x="a")["title"] == "b by a"


def test_a_column_is_grouped_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "input.csv").write_text("a\n0\n0\n1\n")
    assert draw(tmp_path / "input.csv", kind="bar", columns=["a"])["title"] == "Mean of a by a"
