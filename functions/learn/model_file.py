"""A trained model ⇄ a file that is safe to load, whoever wrote it.

A pickle runs code as it is read. skops stores what a model is made of by name, and builds nothing whose name
is neither on its own list of harmless types nor on the one here.
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
"""What our models hold beyond skops' own list: data of scikit-learn's trees, and nothing that can act."""


@dataclass(frozen=True)
class Model:
    """A fitted pipeline, and what it takes and tells."""

    pipeline: Pipeline
    target: str
    problem: str
    columns: tuple[Column, ...]
    classes: tuple[Any, ...]
    """Of a classification: the target's values by the numbers that the pipeline predicts."""


def save_model(model: Model, path: Path) -> None:
    """Writes what `load_model` reads. A model that it would refuse is a bug here, and is not saved."""
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
    """The model; ModelUnsafe, with nothing of the file run or built, or ModelUnreadable."""
    try:
        unknown = set(get_untrusted_types(file=path)) - TRUSTED
    except Exception:  # noqa: BLE001 - skops raises what comes of a file that is none of its own
        raise ModelUnreadable("It is no file that train-model has written.") from None
    if unknown:
        raise ModelUnsafe("It holds types that no model of train-model has; nothing of it was loaded.")
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
        raise ModelUnreadable("It is no model that train-model has written.") from None
