"""The tasks, one spec module each."""

from heavylift.errors import NotFound
from heavylift.tasks.message import SPEC as MESSAGE
from heavylift.tasks.ocr import SPEC as OCR
from heavylift.tasks.pdf_to_images import SPEC as PDF_TO_IMAGES
from heavylift.tasks.plot import SPEC as PLOT
from heavylift.tasks.predict import SPEC as PREDICT
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.train_model import SPEC as TRAIN_MODEL

TASKS: dict[str, TaskSpec] = {
    spec.name: spec
    for spec in (
        PDF_TO_IMAGES,
        OCR,
        TRAIN_MODEL,
        PREDICT,
        PLOT,
        MESSAGE,
    )
}


def spec_of(name: str) -> TaskSpec:
    """The spec of the task called `name`; NotFound otherwise."""
    try:
        return TASKS[name]
    except KeyError:
        raise NotFound(f"There is no task called {name!r}; GET /v1/tasks lists them.") from None
