"""The rows to learn from, and the rows to test with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from learn.columns import prepare_columns, require_columns, warn_of_huge_numbers
from learn.errors import ColumnUnfit, TargetUnfit, TooFewRows
from learn.features import Features, select_features
from learn.table import Table
from learn.target import Array, detect_problem, encode_target
from learn.warnings_list import count, list_some

MIN_ROWS = 20


@dataclass(frozen=True)
class Split:
    """The table, split into the rows to learn from and the rows to test with."""

    problem: str
    features: Features
    classes: tuple[Any, ...]
    x_train: pd.DataFrame
    x_test: pd.DataFrame
    y_train: Array
    y_test: Array
    ordered: bool = False
    """The rows are in the order of `split_by`, and the test has the last."""


def split_table(table: Table, params: dict[str, Any]) -> Split:
    """Return the split. The rows to learn from have each class. Raises errors of columns, target and rows."""
    target = params["target"]
    features = select_features(table.frame, table.columns, target, params["features"])
    problem = detect_problem(table.frame[target], params["problem"])
    rows = table.frame[table.frame[target].notna()]
    by = params["split_by"]
    if by is not None:
        rows = _sort_rows(table, rows, by)
    if len(rows) < MIN_ROWS:
        raise TooFewRows(f"{len(rows)} rows have a target. {MIN_ROWS} are needed.")
    answers, classes = encode_target(rows[target], problem)
    _warn(table, rows, features, target)
    if by is None:
        train, test = _split_rows(answers, len(classes), params)
    else:
        train, test = _split_last(answers, len(classes), params["test_size"], by)
    _warn_of_rare_classes(table, answers[test], classes)
    prepared = prepare_columns(rows, features.columns)
    return Split(
        problem,
        features,
        classes,
        prepared.iloc[train],
        prepared.iloc[test],
        answers[train],
        answers[test],
        by is not None,
    )


def _sort_rows(table: Table, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the rows in the order of a column, without those that lack it."""
    require_columns(table.frame.columns, [by])
    kind = next(column.kind for column in table.columns if column.name == by)
    if kind not in ("number", "date"):
        raise ColumnUnfit(f"The column {by!r} holds neither dates nor numbers to split by.")
    present = rows[rows[by].notna()]
    if gone := len(rows) - len(present):
        table.warnings.add("rows-left-out", f"{count(gone, 'row')} left out because {by!r} is empty.")
    return present.sort_values(by, kind="stable")


def _split_last(answers: Array, classes: int, size: float, by: str) -> tuple[Array, Array]:
    """Return the numbers of the first rows, and of the last whose class is among the first."""
    numbers = np.arange(len(answers))
    tested = max(1, round(len(answers) * size))
    train, test = numbers[:-tested], numbers[-tested:]
    if classes:
        test = test[np.isin(answers[test], answers[train])]
    if len(np.unique(answers[train])) < 2 or not len(test):
        raise TargetUnfit(
            f"The first rows by {by!r} have one class or value, or none of those in the last rows."
        )
    return train, test


def _split_rows(answers: Array, classes: int, params: dict[str, Any]) -> tuple[Array, Array]:
    """Return the numbers of the rows on each side, shuffled."""
    numbers, size = np.arange(len(answers)), params["test_size"]
    fewest = np.bincount(answers).min() if classes else 0
    each_class = classes > 0 and fewest >= 2 and len(answers) * size >= classes
    try:
        train, test = train_test_split(
            numbers,
            test_size=size,
            random_state=params["seed"],
            stratify=answers if each_class else None,  # each class on both sides, if possible
        )
    except ValueError:  # too many classes for so few rows to test with
        train, test = train_test_split(numbers, test_size=size, random_state=params["seed"])
    if not classes:
        return train, test
    # The model must have seen each class: a rare one is learned rather than tested.
    known = set(answers[train].tolist())
    moved: list[int] = []
    for number in test.tolist():
        if answers[number] not in known:
            known.add(answers[number])
            moved.append(number)
    rest = test[~np.isin(test, moved)]
    train = np.concatenate([train, np.array(moved, dtype=train.dtype)])
    if not len(rest):
        rest = train[np.bincount(answers[train])[answers[train]] > 1][:1]
        if not len(rest):
            raise TargetUnfit("Each class has a single row: none is left to test with.")
        train = train[train != rest[0]]
    return train, rest


def _warn(table: Table, rows: pd.DataFrame, features: Features, target: str) -> None:
    found = table.warnings
    if gone := len(table.frame) - len(rows):
        found.add("rows-left-out", f"{count(gone, 'row')} left out because {target!r} is empty.")
    if features.left_out:
        out = "; ".join(f"{each['column']!r}: {each['why']}" for each in features.left_out[:5])
        more = f"; and {len(features.left_out) - 5:,} more" if len(features.left_out) > 5 else ""
        found.add("columns-left-out", f"Columns left out: {out}{more}.")
    warn_of_huge_numbers(rows, features.columns, found)


def _warn_of_rare_classes(table: Table, test: Array, classes: tuple[Any, ...]) -> None:
    tested = set(test.tolist())
    missing = [label for number, label in enumerate(classes) if number not in tested]
    if missing:
        table.warnings.add(
            "rare-classes",
            f"No row of the test has the class {list_some(missing)}: too few rows have it. "
            "The scores do not cover it, and there is no ROC AUC.",
        )
