"""The tasks, one spec module each."""

from heavylift.errors import NotFound
from heavylift.tasks import pdf_to_images
from heavylift.tasks.spec import TaskSpec

TASKS: dict[str, TaskSpec] = {spec.name: spec for spec in (pdf_to_images.SPEC,)}


def spec_of(name: str) -> TaskSpec:
    """The spec of the task called `name`; NotFound otherwise."""
    try:
        return TASKS[name]
    except KeyError:
        raise NotFound(f"There is no task called {name!r}; GET /v1/tasks lists them.") from None
