"""Params that are job ids: checked at the submission, limited to the owner, and fetched by the worker."""

from __future__ import annotations

import pytest

from heavylift.errors import Conflict, Gone, InvalidRequest, NotFound
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.service.control import cancel
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.task import JobContext, PartSpec, Result, WholeTask
from heavylift.worker.runner import Runner
from tests.support.world import CITE, CiteParams, World


class Cite(WholeTask[CiteParams]):
    spec = CITE

    def run(self, work: JobContext[CiteParams], part: PartSpec) -> Result:
        return {"cited": work.reference("source").read_text()}


def cite(world: World, source: str | None, tenant: str = "me") -> Job:
    return submit(world.system, Submission(tenant, CITE.name, {"source": source}))


def run(world: World, job: Job) -> Job:
    Runner(world.system, {CITE.name: Cite()}).run(Message(job.id), "receipt", world.invocation())
    return world.job(job)


def run_copy(world: World) -> Job:
    job = world.submit()
    world.work()
    assert world.job(job).status == Status.DONE
    return job


def test_a_worker_fetches_the_output_that_a_param_names() -> None:
    world = World()
    source = run_copy(world)
    ended = run(world, cite(world, source.id))
    assert (ended.status, ended.result) == (Status.DONE, {"cited": "text:hello"})


def test_a_param_that_is_left_out_refers_to_nothing() -> None:
    world = World()
    assert cite(world, None).references is None


def test_an_invalid_reference_is_refused_and_leaves_nothing_behind() -> None:
    world = World()
    done, canceled = run_copy(world), cancel(world.system, world.submit())
    citing = cite(world, done.id)
    run(world, citing)
    before = set(world.table.items), set(world.objects.objects)
    with pytest.raises(NotFound):
        cite(world, new_id(world.clock.now()))
    with pytest.raises(NotFound):
        cite(world, done.id, tenant="you")
    with pytest.raises(Conflict):
        cite(world, canceled.id)
    with pytest.raises(InvalidRequest) as refused:
        cite(world, citing.id)
    assert [fault["pointer"] for fault in refused.value.faults] == ["/params/source"]
    world.clock.sleep(done.expires_at - world.clock.now() + 1)
    with pytest.raises(Gone, match="has expired"):
        cite(world, done.id)
    assert (set(world.table.items), set(world.objects.objects)) == before


def test_a_reference_deleted_before_the_run_is_invalid_input() -> None:
    world = World()
    job = cite(world, run_copy(world).id)
    assert job.references
    world.objects.delete(job.references["source"]["key"])
    ended = run(world, job)
    assert ended.status == Status.FAILED
    assert ended.error
    assert ended.error["type"] == "/problems/invalid-input"
