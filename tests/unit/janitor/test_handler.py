"""The janitor's handler: events of the schedule and of the dead-letter queues."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from heavylift.adapters.memory.scheduler import MemoryScheduler
from heavylift.jobs.states import Status
from heavylift.ports.queue import Message
from heavylift.ports.table import Change
from heavylift.runtime import bootstrap
from heavylift.service.control import cancel, retry
from heavylift.webhooks.delivery_state import Callback
from heavylift.webhooks.parking import CALLBACKS, store_callback
from tests.support.world import QUEUE, World


@dataclass
class Context:
    function_name: str = "janitor"
    function_version: str = "1"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:0:function:janitor"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(bootstrap, "get_system", lambda: world.system)
    monkeypatch.setattr(bootstrap, "get_callback_queue", lambda: world.queue)
    monkeypatch.setattr(bootstrap, "get_scheduler", MemoryScheduler)
    return world


@pytest.fixture
def janitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Heavylift")
    monkeypatch.setenv("STACK", "here")
    import janitor.handler  # noqa: PLC0415 - the module reads its settings at its first import

    yield janitor.handler
    janitor.handler.telemetry.metrics.provider.clear_metrics()


def record(body: str, world: World, number: int = 1) -> dict[str, Any]:
    return {
        "messageId": f"m{number}",
        "receiptHandle": "r",
        "body": body,
        "attributes": {"SentTimestamp": str(int(world.clock.now() * 1000))},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:dead-pages",
    }


def metrics_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    [written] = lines
    return dict(written)


def test_a_schedule_event_sweeps_and_writes_metrics_for_the_stack(
    world: World, janitor: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    world.submit()
    world.queue.queues[QUEUE] = []
    world.clock.sleep(20)
    answer = janitor.handler({}, Context())
    assert answer["JobsRescued"] == 1
    written = metrics_of(capsys)
    assert written["JobsRescued"] == [1.0]
    assert written["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["stack", "service"], ["stack"]]
    assert (written["service"], written["stack"]) == ("janitor", "here")


def test_a_schedule_event_sends_the_callbacks_that_are_due(world: World, janitor: ModuleType) -> None:
    job = world.submit()
    world.work()
    waiting = Callback(world.job(job).fence, attempts=5, next_at=world.clock.now() + 3600)
    world.table.update(Change(job.key, set={"callback_url": "https://example.org/"}))
    world.table.update(store_callback(world.job(job), waiting, world.clock.now()))
    assert "CallbacksResumed" not in janitor.handler({}, Context())
    world.clock.sleep(3600)
    assert janitor.handler({}, Context())["CallbacksResumed"] == 1
    assert [Message.decode(each.body) for each in world.queue.queues[CALLBACKS]] == [Message(job.id)]


def test_dead_messages_end_their_jobs_and_orphans_are_kept(
    world: World, janitor: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    job = world.submit()
    unknown = Message("0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11").encode()
    bodies = [Message(job.id).encode(), "what is this", unknown]
    event = {"Records": [record(body, world, number) for number, body in enumerate(bodies)]}
    assert janitor.handler(event, Context()) == {"batchItemFailures": []}
    assert world.job(job).status == Status.FAILED
    assert world.objects.read("orphans/dead-pages/m1.json") == b"what is this"
    assert world.objects.read("orphans/dead-pages/m2.json") == unknown.encode()
    written = metrics_of(capsys)
    assert (written["OrphanMessages"], written["JobsUndeliverable"]) == ([2.0], [1.0])


def test_a_dead_message_of_an_earlier_run_does_not_end_the_retry(world: World, janitor: ModuleType) -> None:
    job = world.submit()
    event = {"Records": [record(Message(job.id).encode(), world)]}
    cancel(world.system, job)
    world.clock.sleep(1)
    retry(world.system, world.job(job))
    assert janitor.handler(event, Context()) == {"batchItemFailures": []}
    assert world.job(job).status == Status.PROCESSING


def test_a_message_that_can_not_be_kept_stays_in_its_queue(
    world: World, janitor: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **more: Any) -> None:
        raise OSError("no bucket")

    monkeypatch.setattr(world.objects, "put", refuse)
    event = {"Records": [record("what is this", world)]}
    assert janitor.handler(event, Context()) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
