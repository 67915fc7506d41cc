"""Jobs with secret params while two releases run: neither runs a job without its secrets."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import pytest
from pydantic import Field

from heavylift.errors import InvalidRequest
from heavylift.job_store.sealed import MARK
from heavylift.jobs.job import Job
from heavylift.ports.queue import Message, Retry
from heavylift.ports.table import Change, Key
from heavylift.service.submission import Submission, digest_of
from heavylift.service.submit import submit
from heavylift.tasks.registry import TASKS
from heavylift.worker.outcome import JobOutcome
from tests.support.world import COPY, QUEUE, TEXT, CopyParams, CopyTask, World


class LockedParams(CopyParams):
    password: Annotated[str | None, Field(json_schema_extra={"writeOnly": True})] = None


LOCKED = replace(COPY, name="locked-copy", params=LockedParams)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setitem(TASKS, LOCKED.name, LOCKED)
    return World(CopyTask(spec=LOCKED))


def request(password: str = "secret") -> Submission:
    return Submission("me", LOCKED.name, {"password": password}, TEXT + b"hello", idempotency_key="key")


def test_a_job_of_the_release_before_has_its_password_in_the_record(world: World) -> None:
    job = submit(world.system, request())
    before = {"password": "secret", "parts": 1}
    world.table.update(Change(job.key, set={"params": before}, remove=("sealed",)))
    world.work()
    assert world.job(job).status == "DONE"


def test_a_worker_of_the_release_before_puts_a_job_with_secret_params_off(world: World) -> None:
    job = submit(world.system, request())
    assert MARK in job.params
    world.table.update(Change(job.key, remove=("sealed",)))  # that release does not know the field
    disposition = world.work_once(QUEUE)
    assert isinstance(disposition, Retry)
    assert disposition.outcome == JobOutcome.UNKNOWN
    assert world.job(job).attempt == 0


def test_a_repeated_request_of_the_release_before_finds_its_job(world: World) -> None:
    job = submit(world.system, request())
    key = Key("IDEM#me#key", "IDEM")
    digest = digest_of(request()).hex()
    assert world.table.items[key]["fingerprint"] != digest
    world.table.update(Change(key, set={"fingerprint": digest}))
    assert submit(world.system, request()).id == job.id


def test_a_repeated_request_with_another_password_is_refused_and_leaves_nothing(world: World) -> None:
    job = submit(world.system, request())
    with pytest.raises(InvalidRequest):
        submit(world.system, request("another"))
    assert {key.split("/")[1] for key in world.objects.objects} == {job.id}
    assert Job.of(world.table.items[job.key]).id == job.id
    assert [Message.decode(each.body).job_id for each in world.queue.queues[QUEUE]] == [job.id]
