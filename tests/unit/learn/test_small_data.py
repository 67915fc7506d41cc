"""Small and odd tables: a model that says what it could not do, or a typed problem."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from learn.errors import ColumnUnfit, TargetUnfit
from tests.unit.learn.test_learning import learn, read_predictions

Result = dict[str, Any]
pytestmark = pytest.mark.filterwarnings("ignore")  # as in a child


@pytest.fixture(name="trained")
def trainer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that trains on a CSV in this process: `trained(csv, target="a")`."""

    def train(csv: str, **params: Any) -> Result:
        (tmp_path / "input.csv").write_text(csv)
        return learn(tmp_path / "input.csv", tmp_path, monkeypatch, **({"model": "linear"} | params))

    return train


def slugs(result: Result) -> set[str]:
    return {each["slug"] for each in result["warnings"]}


def rows(count: int, make: Any) -> str:
    return "".join(f"{make(number)}\n" for number in range(count))


RARE_OF_TWO = "a,b,state\n" + rows(150, lambda n: f"{n},{n * 7 % 23},{'bad' if n == 77 else 'ok'}")
RARE_OF_THREE = "a,b,state\n" + rows(
    150, lambda n: f"{n},{n * 7 % 23},{'bad' if n == 77 else 'warn' if n % 3 else 'ok'}"
)


@pytest.mark.parametrize("model", ["auto", "linear", "boosting", "forest"])
@pytest.mark.parametrize("csv", [RARE_OF_TWO, RARE_OF_THREE], ids=["two", "three"])
def test_a_class_of_one_row_is_learned_and_named(trained: Any, csv: str, model: str) -> None:
    result = trained(csv, target="state", model=model)
    assert result["problem"] == "classification"
    assert result["test"]["auc"] is None
    assert "rare-classes" in slugs(result)
    assert any("'bad'" in each["text"] for each in result["warnings"])


def test_a_model_of_one_class_and_a_rare_one_is_not_compared(trained: Any) -> None:
    assert "models-not-compared" in slugs(trained(RARE_OF_TWO, target="state", model="auto"))


@pytest.mark.parametrize("model", ["linear", "boosting", "forest"])
def test_every_class_rare(trained: Any, model: str) -> None:
    result = trained("a,b\n" + rows(30, lambda n: f"{n},c{min(n, 28)}"), target="b", model=model)
    assert result["rows"] == {"given": 30, "learned": 29, "tested": 1}
    with pytest.raises(TargetUnfit, match="single row"):
        trained("a,b\n" + rows(30, lambda n: f"{n},c{n}"), target="b", model=model)


@pytest.mark.parametrize("seed", range(20))
def test_a_rare_class_in_a_test_of_one_row(trained: Any, seed: int) -> None:
    table = "a,b\n" + rows(20, lambda n: f"{n},{'bad' if n == 3 else 'ok'}")
    result = trained(table, target="b", test_size=0.05, seed=seed)
    assert result["rows"] == {"given": 20, "learned": 19, "tested": 1}


def test_leading_zeros_of_a_class_come_back(trained: Any, tmp_path: Path) -> None:
    table = "a,branch\n" + rows(60, lambda n: f"{n % 30},{('001', '002', '010')[n % 30 // 10]}")
    trained(table, target="branch", model="forest")
    predicted = read_predictions(tmp_path / "model.skops", rows=[{"a": 1}, {"a": 11}, {"a": 21}])
    assert [each["prediction"] for each in predicted] == ["001", "002", "010"]


SIZES, THREE = ("S", "M", "38", "40"), (("A1", "yes"), ("10", "no"), ("007", "true"))
CODES = "size,code,flag,price\n" + rows(
    60, lambda n: f"{SIZES[n % 4]},{THREE[n % 3][0]},{THREE[n % 3][1]},{n % 12}.5"
)


@pytest.mark.parametrize("cells", ["38,10,yes\n40,007,no\n", "S,A1,true\nM,A1,true\n"])
def test_codes_are_read_as_they_were_learned(trained: Any, tmp_path: Path, cells: str) -> None:
    trained(CODES, target="price")
    (tmp_path / "new.csv").write_text("size,code,flag\n" + cells)
    first, second = read_predictions(tmp_path / "model.skops", tmp_path / "new.csv")
    assert first["prediction"] != second["prediction"]


def test_text_that_was_not_learned_is_named(trained: Any, tmp_path: Path) -> None:
    from learn.predict import predict  # noqa: PLC0415 - after the fixture has changed the folder

    trained(CODES, target="price")
    request = {
        "model": str(tmp_path / "model.skops"),
        "limits": {"max_rows": 9, "max_columns": 9, "max_cell_characters": 99},
        "params": {"rows": [{"size": "XXL", "code": 10, "flag": None}], "format": "json"},
    }
    (warning,) = list(predict(request))[-1]["result"]["warnings"]
    assert warning["slug"] == "values-unknown"
    assert "'XXL'" in warning["text"]
    assert "'size'" in warning["text"]


def test_a_decimal_comma_is_a_number(trained: Any) -> None:
    result = trained("size;rent\n" + rows(40, lambda n: f"{n},5;{n * 9},25"), target="rent")
    assert result["problem"] == "regression"
    assert "decimal-comma" in slugs(result)


def test_a_date_is_a_feature(trained: Any, tmp_path: Path) -> None:
    table = "when,y\n" + rows(60, lambda n: f"2026-{1 + n // 28:02}-{1 + n % 28:02},{n}.5")
    assert trained(table, target="y")["test"]["r2"] > 0.9
    first, last = read_predictions(
        tmp_path / "model.skops", rows=[{"when": "2026-01-01"}, {"when": "2026-03-01"}]
    )
    assert first["prediction"] < last["prediction"]


def test_rows_without_a_target_are_counted(trained: Any) -> None:
    result = trained("a,y\n" + rows(40, lambda n: f"{n},{'' if n < 3 else n * 1.5}"), target="y")
    assert "3 rows left out because 'y' is empty." in [each["text"] for each in result["warnings"]]


def test_an_infinite_target_names_its_row(trained: Any) -> None:
    for number in ("inf", "1e300", "-Infinity"):
        for problem in ("regression", "classification"):
            table = "a,y\n" + rows(40, lambda n, odd=number: f"{n},{odd if n == 7 else n * 1.5}")
            with pytest.raises(TargetUnfit, match=r"'y' is .* in row 8"):
                trained(table, target="y", problem=problem)


@pytest.mark.parametrize("model", ["linear", "forest", "boosting"])
def test_huge_and_tiny_numbers(trained: Any, model: str) -> None:
    table = "a,b,y\n" + rows(40, lambda n: f"{n % 9}e{n * 8},{n}e-320,{n % 7}e-160")
    result = trained(table, target="y", problem="regression", model=model)
    assert "numbers-out-of-range" in slugs(result)
    assert result["test"]["rmse"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_column_that_is_empty_in_a_fold(trained: Any, tmp_path: Path, seed: int) -> None:
    table = "a,b,c,y\n" + rows(60, lambda n: f"{n % 7},{n if n == 5 else ''},{'x' if n == 50 else ''},{n}")
    trained(table, target="y", model="auto", seed=seed)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["features"] == ["a", "b", "c"]
    assert len(metrics["tried"]) == 3


def test_only_huge_numbers_are_no_feature(trained: Any) -> None:
    with pytest.raises(ColumnUnfit, match="No column is left"):
        trained("a,y\n" + rows(40, lambda n: f"1e{200 + n},{n}"), target="y")


def test_names_that_differ_by_blanks_are_two_columns(trained: Any, tmp_path: Path) -> None:
    result = trained("a,a , rent \n" + rows(40, lambda n: f"{n},{2 * n},{4 * n}"), target=" rent ")
    assert "names-changed" in slugs(result)
    assert json.loads((tmp_path / "metrics.json").read_text())["features"] == ["a", "a (2)"]


@pytest.mark.parametrize(
    ("target", "metric"),
    [("y", "rmse"), ("y", "mae"), ("y", "r2"), ("c", "accuracy"), ("c", "f1"), ("c", "auc")],
)
def test_the_metric_of_choice_decides(trained: Any, tmp_path: Path, target: str, metric: str) -> None:
    table = "a,b,y,c\n" + rows(80, lambda n: f"{n},{n % 7},{n * 1.5},{'low' if n < 40 else 'high'}")
    result = trained(table, target=target, metric=metric, features=["a", "b"], model="auto")
    assert result["metric"] == metric
    tried = json.loads((tmp_path / "metrics.json").read_text())["tried"]
    assert len(tried) == 3
    assert all((score <= 0) == (metric in ("rmse", "mae")) for score in tried.values())


def test_a_metric_of_the_other_problem_is_refused(trained: Any) -> None:
    with pytest.raises(TargetUnfit, match="'auc' does not fit a regression"):
        trained("a,y\n" + rows(40, lambda n: f"{n % 9},{n}.5"), target="y", metric="auc")


@pytest.mark.parametrize("model", ["linear", "auto"])
def test_a_split_by_time_tests_on_the_latest_rows(trained: Any, model: str) -> None:
    # The newest rows follow another rule: a random split would learn a part of them.
    days = [(n * 7) % 60 for n in range(60)]
    table = "day,a,y\n" + "".join(
        f"2026-{1 + day // 28:02}-{1 + day % 28:02},{day % 5},{day % 5 + (100 if day >= 48 else 0)}.5\n"
        for day in days
    )
    result = trained(table + ",1,1.5\n", target="y", features=["a"], split_by="day", model=model)
    assert result["rows"]["tested"] == 12
    assert result["test"]["mae"] == pytest.approx(100, abs=5)
    assert "1 row left out because 'day' is empty." in [each["text"] for each in result["warnings"]]


def test_a_split_by_text_is_refused(trained: Any) -> None:
    table = "a,t,y\n" + rows(40, lambda n: f"{n % 9},{'xy'[n % 2]},{n}.5")
    with pytest.raises(ColumnUnfit, match="'t' holds neither"):
        trained(table, target="y", split_by="t")


def test_a_split_by_time_with_one_class_before_it_is_refused(trained: Any) -> None:
    table = "day,a,y\n" + rows(40, lambda n: f"{n},{n % 7},{'new' if n > 30 else 'old'}")
    with pytest.raises(TargetUnfit, match="one class"):
        trained(table, target="y", split_by="day", test_size=0.25)
