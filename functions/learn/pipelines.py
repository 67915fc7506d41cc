"""The kinds of models. Each is a pipeline from prepared columns to a prediction."""

from __future__ import annotations

from collections.abc import Iterable

from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from learn.columns import Column

KINDS = ("linear", "forest", "boosting")
"""Simplest first."""
MAX_CATEGORIES = 30
"""Maximum categories of a text column. The rarer ones are merged into one."""
NUMERIC = ("number", "date")
TREES = 100
MANY_ROWS = 5_000


def build_pipeline(
    kind: str, problem: str, columns: Iterable[Column], rows: int, seed: int, *, stop_early: bool = True
) -> Pipeline:
    """Return an unfitted model of one of KINDS for a table of about `rows` rows."""
    columns = list(columns)
    numbers = [column.name for column in columns if column.kind in NUMERIC]
    others = [column.name for column in columns if column.kind not in NUMERIC]
    prepare = ColumnTransformer(
        [
            ("numbers", _build_number_steps(), numbers),
            ("categories", _build_category_steps(), others),
        ]
    )
    return Pipeline(
        [("columns", prepare), ("model", _build_model(kind, problem, rows, seed, stop_early=stop_early))]
    )


def _build_number_steps() -> Pipeline:
    return Pipeline(
        [("missing", SimpleImputer(strategy="median", keep_empty_features=True)), ("scale", StandardScaler())]
    )


def _build_category_steps() -> Pipeline:
    return Pipeline(
        [
            ("missing", SimpleImputer(strategy="constant", fill_value="(missing)", keep_empty_features=True)),
            (
                "one-hot",
                OneHotEncoder(
                    handle_unknown="infrequent_if_exist", max_categories=MAX_CATEGORIES, sparse_output=False
                ),
            ),
        ]
    )


def _build_model(kind: str, problem: str, rows: int, seed: int, *, stop_early: bool) -> BaseEstimator:
    regression = problem == "regression"
    if kind == "linear":
        return Ridge() if regression else LogisticRegression(max_iter=1000, random_state=seed)
    if kind == "forest":
        forest = RandomForestRegressor if regression else RandomForestClassifier
        # Full trees over many rows make a file of hundreds of megabytes.
        leaf = 1 if rows <= MANY_ROWS else max(5, rows // 10_000)
        return forest(n_estimators=TREES, min_samples_leaf=leaf, random_state=seed)
    boosting = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    return boosting(random_state=seed, early_stopping="auto" if stop_early else False)
