"""A trained model ⇄ a file that is safe to load, whoever wrote it.

Loading a pickle runs code. skops stores the types of a model's objects by name, and builds only the types on
its own list of harmless ones and on the list here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sklearn.pipeline import Pipeline
from skops.io import dump, get_untrusted_types, load

from learn.columns import Column
from learn.errors import ModelUnreadable, ModelUnsafe

TRUSTED = frozenset(
    {
        "numpy.dtype",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.tree._tree.Tree",
    }
)
"""The types of our models beyond skops' own list: data of scikit-learn's trees, without code."""


@dataclass(frozen=True)
class Model:
    """A fitted pipeline, with the columns that it takes and the target that it predicts."""

    pipeline: Pipeline
    target: str
    problem: str
    columns: tuple[Column, ...]
    classes: tuple[Any, ...]
    """For a classification: the target's values, indexed by the numbers that the pipeline predicts."""


def save_model(model: Model, path: Path) -> None:
    """Write the file that `load_model` reads. Raises RuntimeError for a model that `load_model` refuses."""
    about = {
        "target": model.target,
        "problem": model.problem,
        "columns": [asdict(column) for column in model.columns],
        "classes": list(model.classes),
    }
    dump({"about": json.dumps(about), "pipeline": model.pipeline}, path)
    if unknown := set(get_untrusted_types(file=path)) - TRUSTED:
        path.unlink()
        raise RuntimeError(f"a model is made of types that are not trusted: {sorted(unknown)}")


def load_model(path: Path) -> Model:
    """Return the model. Raises ModelUnreadable, and ModelUnsafe before anything of the file is built."""
    try:
        unknown = set(get_untrusted_types(file=path)) - TRUSTED
    except Exception:  # noqa: BLE001 - skops raises any error on a file of another kind
        raise ModelUnreadable("The file was not written by train-model.") from None
    if unknown:
        raise ModelUnsafe("The file holds types that no model of train-model has. Nothing was loaded.")
    try:
        loaded = load(path, trusted=sorted(TRUSTED))
        about = json.loads(loaded["about"])
        return Model(
            pipeline=loaded["pipeline"],
            target=about["target"],
            problem=about["problem"],
            columns=tuple(Column(**column) for column in about["columns"]),
            classes=tuple(about["classes"]),
        )
    except Exception:  # noqa: BLE001 - as above
        raise ModelUnreadable("The file is not a model of train-model.") from None
