"""Training and predicting: better than the baseline, the same in a new process, and safe to load."""

from __future__ import annotations

import json
import os
import pickle
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from sklearn.datasets import load_diabetes, load_iris
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from skops.io import dump
from threadpoolctl import threadpool_limits

from heavylift.errors import InvalidInput
from learn.columns import Column, prepare_columns
from learn.csv_input import LIMITS
from learn.errors import (
    ColumnMissing,
    ColumnUnfit,
    ModelUnreadable,
    ModelUnsafe,
    NoRows,
    TargetUnfit,
    TooFewRows,
)
from learn.model_file import Model, load_model, save_model
from learn.pipelines import KINDS, build_pipeline
from learn.predict import predict
from learn.predict_task import PredictParams
from learn.table import read_table
from learn.target import encode_target
from learn.train import train
from learn.train_model_task import TrainModelParams
from sandbox.errors import OverMemory
from tests.unit.learn.conftest import Runner

Result = dict[str, Any]


@pytest.fixture(scope="module", name="diabetes")
def write_diabetes_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "diabetes.csv"
    load_diabetes(as_frame=True, scaled=False).frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module", name="mixed")
def write_mixed_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a CSV of numbers, text and booleans with gaps, useless columns and three targets."""
    random = np.random.default_rng(0)
    rows = 120
    size, plan = random.normal(50, 9, rows).round(1), random.choice(["basic", "pro", "max"], rows)
    frame = pd.DataFrame({"size": size, "plan": plan, "new": random.random(rows) < 0.5}).astype(object)
    for name in frame:
        frame.loc[random.random(rows) < 0.1, name] = None
    frame["id"] = [f"u{number}" for number in range(rows)]
    frame["nothing"], frame["same"] = None, 1
    frame["price"] = size * 2 + 30 * (plan == "pro") + random.normal(0, 4, rows)
    frame["late"] = np.where(size > 50, "yes", "no")
    frame["grade"] = np.where(size > 55, 3, np.where(size > 45, 2, 1))
    path = tmp_path_factory.mktemp("data") / "mixed.csv"
    frame.to_csv(path, index=False)
    return path


def learn(csv: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, **params: Any) -> Result:
    """Train in this process, as a child would take seconds to load the libraries. Writes to `folder`."""
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    asked = TrainModelParams.model_validate(params).model_dump(mode="json")
    events = list(train({"csv": str(csv), "limits": dict(LIMITS), "params": asked}))
    assert [event["stage"] for event in events if "stage" in event] == [
        "read", "choose", "fit", "test", "explain", "report",
    ]  # fmt: skip
    assert all(Path(event["output"]).is_file() for event in events if "output" in event)
    result: Result = events[-1]["result"]
    return result


def read_predictions(
    model: Path, csv: Path | None = None, rows: list[dict[str, Any]] | None = None
) -> list[Result]:
    params = PredictParams.model_validate({"model_job": "m", "rows": rows}).model_dump(mode="json")
    request = {"model": str(model), "limits": dict(LIMITS), "params": params}
    list(predict(request | ({"csv": str(csv)} if csv else {})))
    found: list[Result] = json.loads(Path("predictions.json").read_text())["predictions"]
    return found


def test_a_model_beats_the_baseline_and_predicts_the_same_in_a_new_process(
    diabetes: Path, run: Runner
) -> None:
    result, made = run("train-model", diabetes, target="target", model="linear")
    print(f"\ndiabetes: RMSE {result['test']['rmse']:.1f}, guessing {result['baseline']['rmse']:.1f}")  # noqa: T201
    assert result["problem"] == "regression"
    assert re.match(r"Compared by rmse: linear 5\d\.\d+, .* Took linear, the lowest\.", made.logged[1])
    assert made.texts[:2] == ["read is done", "choose is done"]
    assert result["test"]["rmse"] < 0.9 * result["baseline"]["rmse"]
    assert set(made.published) == {
        "model.skops", "metrics.json", "report.html", "predicted-actual.png", "importance.png",
    }  # fmt: skip
    assert made.json("metrics.json")["importance"][0]["column"] in {"bmi", "s5"}

    # A new child, which has the model's file only.
    _, fresh = run("predict", diabetes, model=made.outputs / "model.skops", model_job="m")
    predictions = [each["prediction"] for each in fresh.json("predictions.json")["predictions"]]
    here = load_model(made.outputs / "model.skops")
    frame = read_table(diabetes, LIMITS).frame
    # The sums of a matrix product may differ in the last bit, depending on the rows' place in memory.
    expected = here.pipeline.predict(frame[[column.name for column in here.columns]])
    assert predictions == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("problem", ["regression", "classification"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_model_learns_and_comes_back_from_its_file(
    kind: str, problem: str, mixed: Path, tmp_path: Path
) -> None:
    frame = read_table(mixed, LIMITS).frame
    columns = (Column("size", "number"), Column("plan", "text"), Column("new", "bool"))
    answers, classes = encode_target(frame["price" if problem == "regression" else "grade"], problem)
    rows = prepare_columns(frame, columns)
    with threadpool_limits(1):
        fitted = build_pipeline(kind, problem, columns, len(rows), seed=0).fit(rows, answers)
    save_model(Model(fitted, "target", problem, columns, classes), tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    assert (loaded.columns, loaded.classes) == (columns, classes)
    assert loaded.pipeline.predict(rows).tolist() == fitted.predict(rows).tolist()
    assert fitted.score(rows, answers) > 0.7


def test_classes_come_back_as_they_were(mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for target, classes in (("late", {"yes", "no"}), ("grade", {1, 2, 3})):
        result = learn(mixed, tmp_path, monkeypatch, target=target, model="linear", features=["size", "plan"])
        assert result["test"]["f1"] > result["baseline"]["f1"] + 0.2
        predictions = read_predictions(tmp_path / "model.skops", mixed)
        assert {each["prediction"] for each in predictions} == classes
        assert all(0 <= each["probability"] <= 1 for each in predictions)


def test_useless_columns_are_left_out_and_reported(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(mixed, tmp_path, monkeypatch, target="late", model="linear")
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert {each["column"] for each in metrics["left_out"]} == {"id", "nothing", "same"}
    assert "nearly every row" in (tmp_path / "report.html").read_text()


def test_the_same_seed_gives_the_same_model(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def metrics(name: str, seed: int) -> bytes:
        learn(mixed, tmp_path / name, monkeypatch, target="price", model="linear", seed=seed)
        return (tmp_path / name / "metrics.json").read_bytes()

    assert metrics("one", 1) == metrics("two", 1)


def test_rows_are_predicted_with_holes_and_unknown_categories(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(mixed, tmp_path, monkeypatch, target="price", model="linear", features=["size", "plan"])
    model = tmp_path / "model.skops"
    rows: list[dict[str, Any]] = [
        {"size": 50, "plan": "pro"},
        {"size": 50, "plan": "basic"},
        {"size": None, "plan": None, "more": True},
    ]
    pro, basic, unknown = (each["prediction"] for each in read_predictions(model, rows=rows))
    assert 15 < pro - basic < 45
    assert 50 < unknown < 200
    with pytest.raises(ColumnMissing, match="'plan'"):
        read_predictions(model, rows=[{"size": 50}])
    with pytest.raises(ColumnUnfit, match="'size' holds text"):
        read_predictions(model, rows=[{"size": "big", "plan": "pro"}])
    (as_text,) = read_predictions(model, rows=[{"size": "50", "plan": 7}])
    assert as_text == pytest.approx(read_predictions(model, rows=[{"size": 50, "plan": "7"}])[0])


TWENTY = [f"{number % 7},{number % 3},x{number}" for number in range(40)]
UNFIT: list[tuple[str, str, dict[str, Any], type[InvalidInput]]] = [
    ("the target missing", "a,b\n1,2\n", {"target": "c"}, ColumnMissing),
    ("a feature missing", "a,b\n1,2\n", {"target": "b", "features": ["c"]}, ColumnMissing),
    ("one column", "a\n" + "1\n" * 30, {"target": "a"}, ColumnUnfit),
    ("few rows", "a,b\n1,2\n2,3\n", {"target": "b"}, TooFewRows),
    ("a target without values", "a,b\n" + "1,\n2,\n" * 20, {"target": "b"}, TargetUnfit),
    ("a target of one value", "a,b\n" + "1,2\n2,2\n" * 20, {"target": "b"}, TargetUnfit),
    ("text to regress", "a,b,c\n" + "\n".join(TWENTY), {"target": "c", "problem": "regression"}, TargetUnfit),
    ("its own feature", "a,b\n" + "1,2\n2,3\n" * 20, {"target": "b", "features": ["b"]}, ColumnUnfit),
    ("nothing to learn from", "a,b\n" + "1,2\n1,3\n" * 20, {"target": "b"}, ColumnUnfit),
]


@pytest.mark.parametrize(("what", "csv", "params", "error"), UNFIT, ids=[what for what, *_ in UNFIT])
def test_an_unfit_table_is_a_typed_problem(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    csv: str,
    params: dict[str, Any],
    error: type[InvalidInput],
) -> None:
    (tmp_path / "input.csv").write_text(csv)
    with pytest.raises(error):
        learn(tmp_path / "input.csv", tmp_path, monkeypatch, **params)


class Poison:
    """Makes a folder when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


def test_a_poisoned_model_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    plain, packed, acting, hidden = (tmp_path / name for name in ("plain", "packed", "acting", "hidden"))
    plain.write_bytes(pickle.dumps(Poison(mark)))
    with zipfile.ZipFile(packed, "w") as archive:  # the poison replaces the schema of skops
        archive.writestr("schema.json", plain.read_bytes())
    dump({"about": "{}", "pipeline": Pipeline([("act", FunctionTransformer(os.mkdir))])}, acting)
    dump({"about": "{}", "pipeline": Poison(mark)}, hidden)
    for path, error in (
        (plain, ModelUnreadable),
        (packed, ModelUnreadable),
        (acting, ModelUnsafe),
        (hidden, ModelUnsafe),
    ):
        with pytest.raises(error):
            load_model(path)
    assert not mark.exists()


def test_an_incomplete_model_file_is_refused(tmp_path: Path) -> None:
    dump({"about": "{}"}, tmp_path / "model")
    with pytest.raises(ModelUnreadable):
        load_model(tmp_path / "model")


def test_a_model_that_could_not_be_loaded_again_is_not_saved(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(mixed, tmp_path, monkeypatch, target="price", model="linear")
    model = load_model(tmp_path / "model.skops")
    model.pipeline.steps.append(("act", FunctionTransformer(os.mkdir)))
    with pytest.raises(RuntimeError, match="not trusted"):
        save_model(model, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_child_over_its_memory_limit_is_a_typed_problem(diabetes: Path, run: Runner) -> None:
    with pytest.raises(OverMemory):
        run("train-model", diabetes, target="target", memory_mb=200)


def test_predict_takes_rows_or_a_csv_and_not_both(diabetes: Path, run: Runner) -> None:
    with pytest.raises(NoRows):
        run("predict", None, model_job="m")
    with pytest.raises(NoRows):
        run("predict", diabetes, model_job="m", rows=[{"a": 1}])


def test_predict_takes_a_kept_model_or_that_of_a_job(diabetes: Path, run: Runner) -> None:
    _, made = run("train-model", diabetes, target="target", model="linear")
    model = made.outputs / "model.skops"
    result, _ = run("predict", diabetes, model=model, kept="churn@3")
    assert result["rows"] == 442
    for both in ({}, {"model": "churn", "model_job": "m"}, {"model": "churn@0"}, {"model": "a/b"}):
        with pytest.raises(ValidationError):
            PredictParams.model_validate({**both, "rows": [{"a": 1}]})


@pytest.mark.parametrize(
    "rows",
    [[], [{"a": 1e200}], [{"a": float("nan")}], [{"a": [1]}], [{"a": "x" * 9_000}] * 12, {}],
)
def test_rows_that_a_record_can_not_keep_are_refused(rows: Any) -> None:
    with pytest.raises(ValidationError):
        PredictParams.model_validate({"model_job": "m", "rows": rows})


def test_iris_has_three_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_iris(as_frame=True).frame.to_csv(tmp_path / "iris.csv", index=False)
    result = learn(tmp_path / "iris.csv", tmp_path, monkeypatch, target="target")
    assert result["problem"] == "classification"
    assert result["test"]["accuracy"] > 0.85 > result["baseline"]["accuracy"]
