"""The demo task: runs for its seconds, stops when canceled, and fails at its rate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from heavylift.errors import Canceled, OutOfTime
from heavylift.tasks.sources import SourceJob
from heavylift.tasks.task import Result
from message.task import EmulatedFailure, MessageParams, MessageTask


@dataclass
class FakeWork:
    params: MessageParams
    job_id: str = "job"
    attempt: int = 1
    seconds: float = 900
    done: int = 0
    on_advance: Callable[[], None] = lambda: None
    has_input: bool = False
    input: Path = Path()
    directory: Path = Path()
    texts: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def look(self) -> None:
        pass

    def log(self, text: str) -> None:
        self.logged.append(text)

    def advance(self, units: int = 1, text: str | None = None) -> None:
        self.done += units
        self.texts += [] if text is None else [text]
        self.on_advance()

    def publish(self, name: str, source: Path, media_type: str) -> None:
        raise AssertionError("a message has no outputs")

    def fetch(self, name: str) -> Path:
        raise AssertionError("a message has no outputs")

    def reference(self, param: str) -> Path:
        raise AssertionError("no param of this task names a job")

    def sources(self, param: str) -> list[SourceJob]:
        raise AssertionError("no param of this task lists jobs")

    def publish_stream(self, name: str, pieces: Iterable[bytes], media_type: str) -> int:
        raise AssertionError("this task publishes files")

    def remaining(self) -> float:
        return self.seconds


def make_work(attempt: int = 1, job_id: str = "job", seconds_left: float = 900, **params: Any) -> FakeWork:
    return FakeWork(MessageParams(**({"seconds": 0} | params)), job_id, attempt, seconds_left)


def run(given: FakeWork) -> Result:
    task = MessageTask()
    plan = task.plan(given)
    result = task.join(given, [task.run(given, part) for part in plan.parts])
    assert given.done == plan.total
    return result


def has_failed(given: FakeWork) -> bool:
    try:
        run(given)
    except EmulatedFailure:
        return True
    return False


def test_the_message_comes_back() -> None:
    assert run(make_work(message="grüezi")) == {"message": "grüezi"}


@pytest.mark.parametrize(("cpu", "clock"), [(False, time.monotonic), (True, time.thread_time)])
def test_a_message_takes_its_seconds(cpu: bool, clock: Callable[[], float]) -> None:
    given = make_work(seconds=1.2, cpu=cpu)
    started, burnt = clock(), time.thread_time()
    run(given)
    assert 1.2 <= clock() - started < 2
    assert (time.thread_time() - burnt > 1) == cpu
    assert given.texts[-1] == "second 1 of 2"
    assert given.logged == ["Computes for 1.2 s." if cpu else "Waits for 1.2 s."]


@pytest.mark.parametrize("cpu", [False, True])
def test_a_cancel_is_noticed_at_once(cpu: bool) -> None:
    def canceled() -> None:
        raise Canceled

    given = make_work(seconds=60, cpu=cpu)
    given.on_advance = canceled
    started = time.monotonic()
    with pytest.raises(Canceled):
        run(given)
    assert time.monotonic() - started < 1


def test_a_message_longer_than_the_workers_time_is_handed_back_at_once() -> None:
    given = make_work(seconds=30, seconds_left=16)
    with pytest.raises(OutOfTime):
        run(given)
    assert given.done == 0


def test_fail_rate_is_the_share_of_failures() -> None:
    failures = [has_failed(make_work(job_id=f"job-{number}", fail_rate=0.2)) for number in range(1000)]
    assert 150 < sum(failures) < 250
    assert not any(has_failed(make_work(job_id=f"job-{number}")) for number in range(100))
    assert all(has_failed(make_work(job_id=f"job-{number}", fail_rate=1)) for number in range(100))


def test_a_failure_is_tried_again() -> None:
    with pytest.raises(EmulatedFailure) as failure:
        run(make_work(fail_rate=1))
    assert failure.value.retryable


def test_jobs_of_one_seed_fail_in_the_same_attempts() -> None:
    def failures(job_id: str, seed: int | None) -> list[bool]:
        return [has_failed(make_work(attempt, job_id, fail_rate=0.5, seed=seed)) for attempt in range(1, 21)]

    assert failures("one", seed=7) == failures("other", seed=7)
    assert failures("one", seed=7) != failures("one", seed=8)
    assert len(set(failures("one", seed=7))) == 2  # a later attempt may succeed
    assert failures("one", None) == failures("one", None) != failures("other", None)


@pytest.mark.parametrize(
    "wrong", [{"seconds": 61}, {"seconds": -1}, {"fail_rate": 1.1}, {"message": "x" * 1001}, {"second": 1}]
)
def test_wrong_params_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MessageTask.spec.params.model_validate(wrong)
