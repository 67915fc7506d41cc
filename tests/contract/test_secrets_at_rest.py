"""No item of the table, no message and no log line has the text of a secret, at any step of a job's life."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.adapters.memory.clock import ManualClock
from heavylift.adapters.memory.table import MemoryTable
from heavylift.errors import InvalidInput
from heavylift.jobs.job import Job
from heavylift.ports.objects import ObjectStore
from heavylift.ports.queue import JobQueue, Message
from heavylift.ports.system import System
from heavylift.ports.table import Table
from heavylift.service.control import cancel, retry
from heavylift.service.job_view import view
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import Params
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result
from heavylift.webhooks.delivery_state import DeliveryResult
from heavylift.webhooks.secrets import WebhookSecrets
from heavylift.worker.runner import Invocation, Runner
from tests.support.world import COPY, TEXT
from webhooks.deliver import Deliverer
from webhooks.host_breaker import HostBreaker
from webhooks.settings import WebhookSettings

PASSWORD = "open-sesame-4711"


class LockedParams(Params):
    password: Annotated[str | None, Field(json_schema_extra={"writeOnly": True})] = None
    parts: int = 1


LOCKED = replace(COPY, name="locked", params=LockedParams, queue="work")


class Unlock:
    """A task that needs its password in each part, and fails in its first run."""

    spec = LOCKED
    runs = 0

    def plan(self, work: JobContext[Any]) -> Plan:
        return Plan(tuple({"number": n} for n in range(work.params.parts)), total=work.params.parts)

    def run(self, work: JobContext[Any], _part: PartSpec) -> Result:
        assert work.params.password == PASSWORD
        self.runs += 1
        if self.runs == 1:
            raise RuntimeError("an unexpected fault")
        return {"opened": True}

    def join(self, _work: JobContext[Any], results: list[Result]) -> Result:
        return {"opened": len(results)}


@dataclass
class Posts:
    bodies: list[bytes]

    def post(self, _url: str, body: bytes, _headers: Mapping[str, str]) -> DeliveryResult:
        self.bodies.append(body)
        return DeliveryResult(500, "no") if len(self.bodies) == 1 else DeliveryResult(204)


class SecretLife:
    """The steps of jobs that have a password and a callback. After each write the whole table is searched."""

    def __init__(self, table: Table, queue: JobQueue, objects: ObjectStore) -> None:
        self.clock = ManualClock()
        settings = Settings(table_name="t", bucket_name="b", queue_prefix="w-")
        self.system = System(table, queue, objects, self.clock, settings)
        self.task, self.posts = Unlock(), Posts([])
        self.sent: list[str] = []

    def submit(self, **params: Any) -> Job:
        sent = Submission(
            tenant="me",
            task=LOCKED.name,
            params={"password": PASSWORD, **params},
            input=TEXT + b"hello",
            callback_url="https://example.org/hook",
            idempotency_key=f"key-{params}",
        )
        job = submit(self.system, sent)
        assert submit(self.system, sent).id == job.id
        return job

    def run(self, job: Job, part: str | None = None) -> None:
        runner = Runner(self.system, {LOCKED.name: self.task}, chance=lambda: 0.5)
        runner.run(Message(job.id, part), "no-receipt", Invocation(self.clock.now() + 60))
        self.clock.sleep(60)

    def load(self, job: Job) -> Job:
        item = self.system.table.get(job.key)
        assert item is not None
        return Job.of(item)

    def deliver(self, job: Job) -> None:
        settings = WebhookSettings(callback_pauses=(5.0, 3600.0), callback_seconds=15)
        Deliverer(self.system, HostBreaker(self.posts), settings).deliver(job.id)
        self.clock.sleep(3600)


@pytest.fixture
def life(
    table: Table, queue: JobQueue, objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SecretLife]:
    monkeypatch.setitem(TASKS, LOCKED.name, LOCKED)
    life = SecretLife(table, queue, objects)
    for name in ("update", "create", "transact"):
        search_after(table, name, monkeypatch)
    for name in ("send", "send_many"):
        record_messages(queue, name, life.sent, monkeypatch)
    yield life
    assert PASSWORD not in repr(life.sent)
    assert not any(PASSWORD.encode() in body for body in life.posts.bodies)


def search_after(table: Table, name: str, patch: pytest.MonkeyPatch) -> None:
    """Let each write be followed by a search of every item of the table. Its stream has the same items."""
    write: Callable[..., Any] = getattr(table, name)

    def searched(*changes: Any) -> Any:
        written = write(*changes)
        items = read_all(table)
        assert PASSWORD not in items
        assert "whsec_" not in items
        return written

    patch.setattr(table, name, searched)


def read_all(table: Table) -> str:
    if isinstance(table, MemoryTable):
        return repr(table.items)
    assert isinstance(table, DynamoTable)
    return json.dumps(table._client.scan(TableName=table._name)["Items"])


def record_messages(queue: JobQueue, name: str, sent: list[str], patch: pytest.MonkeyPatch) -> None:
    send: Callable[..., Any] = getattr(queue, name)

    def recorded(*arguments: Any, **more: Any) -> None:
        sent.append(repr((arguments, more)))
        send(*arguments, **more)

    patch.setattr(queue, name, recorded)


def test_a_job_that_fails_and_is_canceled_retried_and_done(
    life: SecretLife, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = logging.getLogger("heavylift")
    caplog.set_level(logging.DEBUG, library.name)
    monkeypatch.setattr(library, "handlers", [caplog.handler])  # whatever logger it has been routed to
    job = life.submit()
    life.run(job)
    cancel(life.system, life.load(job))
    life.deliver(job)
    retry(life.system, life.load(job))
    life.run(job)
    ended = life.load(job)
    assert (ended.status, ended.result) == ("DONE", {"opened": 1})
    for _ in range(2):
        life.deliver(job)
    assert life.load(job).callback == {**(life.load(job).callback or {}), "state": "delivered"}
    assert view(ended, "").params == {"parts": 1}
    WebhookSecrets(life.system.table, life.system.objects).rotate("me", now=life.clock.now(), overlap_s=60)
    assert "attempt 1 of 3 failed" in caplog.text
    assert PASSWORD not in caplog.text
    assert PASSWORD not in str([vars(record) for record in caplog.records])


def test_each_part_of_a_split_job_gets_the_password(life: SecretLife) -> None:
    life.task.runs = 1
    job = life.submit(parts=2)
    life.run(job)
    for number in (1, 2):
        life.run(job, f"1#{number:04}")
    assert life.load(job).result == {"opened": 2}


def test_the_password_that_is_gone_is_a_typed_problem(life: SecretLife) -> None:
    job = life.submit()
    assert job.sealed is not None
    life.system.objects.delete(job.sealed)
    life.run(job)
    error = life.load(job).error or {}
    assert error["type"] == f"/problems/{InvalidInput.slug}"
    assert "submit the job again" in error["detail"]


def test_the_params_of_a_repeated_request_are_not_kept(life: SecretLife, tmp_path: Path) -> None:
    job = life.submit()
    stored = getattr(life.system.objects, "objects", None)
    if stored is not None:
        assert {key.split("/")[1] for key in stored} == {job.id}
    assert job.sealed is not None
    life.system.objects.download(job.sealed, tmp_path / "params")
    assert json.loads((tmp_path / "params").read_bytes())["password"] == PASSWORD
