"""A world in which the tenant `me` has one of each: for the tests of who may do what."""

from __future__ import annotations

from typing import Any

from batches.task import BatchTask
from heavylift.adapters.memory.clock import ManualClock
from heavylift.jobs.ids import new_id
from heavylift.ports.queue import Message
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.service.uploads import begin_upload
from heavylift.tasks.registry import TASKS
from heavylift.worker.runner import Runner
from tests.support.in_process_api import ApiWorld
from tests.support.model_tasks import MAKE, USE, MakeModel
from tests.support.world import CITE, COPY, TEXT

UPLOAD, PARTED = new_id(ManualClock().now()), new_id(ManualClock().now())


class SeededWorld(ApiWorld):
    """The tenant `me` with a done job, a queued job, a canceled job, two uploads and a kept model."""

    def __init__(self) -> None:
        super().__init__()
        self.done = self.submit().id
        self.work()
        self.queued = self.submit().id
        self.canceled = self.submit().id
        me = self.api.client(self.api.key("me"))
        assert me.delete(f"/v1/jobs/{self.canceled}").status_code == 200
        self.objects.put(f"uploads/me/{UPLOAD}", TEXT, "text/plain")
        parted = begin_upload(self.system, "me", PARTED, len(TEXT), "text/plain")
        self.objects.receive_part(f"uploads/me/{PARTED}", parted.store_id, 1, TEXT)
        self.made = make_model(self)
        TASKS.setdefault(BatchTask.spec.name, BatchTask.spec)
        self.batch = me.post("/v1/batches", json=with_items({"upload_id": UPLOAD})).json()["id"]
        wanted = {"name": "nightly", "rate": "1 day", "task": CITE.name}
        assert me.post("/v1/schedules", json=wanted).status_code == 201


def with_items(*inputs: dict[str, str]) -> dict[str, Any]:
    return {"task": COPY.name, "items": [{"input": each} for each in inputs]}


def make_model(world: ApiWorld) -> str:
    """Keep `churn@1` for the tenant `me`, and return the id of its job."""
    for spec in (MAKE, USE):
        TASKS.setdefault(spec.name, spec)
    job = submit(world.system, Submission("me", MAKE.name, {"keep": "churn"}, TEXT + b"one"))
    Runner(world.system, {MAKE.name: MakeModel()}).run(Message(job.id), "receipt", world.invocation())
    return job.id
