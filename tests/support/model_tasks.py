"""Two tasks in memory: one makes a model that can be kept, the other reads a kept one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from heavylift import testing
from heavylift.jobs.job import Job
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.spec import OutputNamed, Params
from heavylift.tasks.task import JobContext, PartSpec, Result, WholeTask
from tests.support.world import COPY, TEXT, CopyTask


class MakeParams(Params):
    keep: str | None = None
    parts: int = 1


class UseParams(Params):
    model: str | None = None


MAKE = replace(COPY, name="make-model", params=MakeParams, keeps={"keep": "copy-1.txt"})
USE = replace(
    COPY,
    name="use-model",
    params=UseParams,
    input="none",
    model_params={"model": OutputNamed(task=MAKE.name, output="copy-1.txt")},
)


@dataclass
class MakeModel(CopyTask):
    """Copies its input: the copy is the model."""

    def __post_init__(self) -> None:
        self.spec = MAKE


class UseModel(WholeTask[UseParams]):
    spec = USE

    def run(self, work: JobContext[UseParams], part: PartSpec) -> Result:
        return {"read": work.reference("model").read_text()}


class ModelWorld(testing.World):
    """A Heavylift with the two tasks."""

    def __init__(self) -> None:
        self.make = MakeModel()
        super().__init__(self.make, UseModel())

    def submit(self, task: str, tenant: str = "me", content: bytes | None = None, **params: Any) -> Job:
        return submit(self.system, Submission(tenant, task, params, content))

    def train(self, keep: str | None = None, text: str = "one", tenant: str = "me", **params: Any) -> Job:
        """Make a model, and return the job as it ended."""
        job = self.submit(MAKE.name, tenant, TEXT + text.encode(), keep=keep, **params)
        self.work_through(job.queue)
        return self.load(job)

    def use(self, model: str, tenant: str = "me") -> Job:
        """Read a kept model, and return the job as it ended."""
        job = self.submit(USE.name, tenant, model=model)
        self.work_through(job.queue)
        return self.load(job)

    def kept_objects(self) -> list[str]:
        return sorted(key for key in self.objects.objects if key.startswith("models/"))
