"""Breaks each rule of jobs that run later. The histories must find every mutation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from heavylift.job_store import waiting
from heavylift.job_store.load import load_job
from heavylift.jobs.job import Job
from heavylift.jobs.states import Phase, Status
from heavylift.ports.system import System
from heavylift.ports.table import Table
from heavylift.recovery.later import LaterSweep
from tests.chaos.harness import stream
from tests.chaos.harness.mutants import Patch, drop_conditions, is_found
from tests.chaos.harness.stream import ChaosStream


def free_by_the_record_of_the_stream(patch: Patch) -> None:
    """Regression: a record of an end comes again while the job that it names runs again."""
    settle, load = waiting.settle_dependents, load_job

    def settle_by_the_record(system: System, upstream_id: str) -> None:
        def load_as_ended(table: Table, job_id: str) -> Job | None:
            job = load(table, job_id)
            ended = job is not None and job_id == upstream_id and not job.ended
            return replace(job, status=Status.DONE, phase=Phase.FINISHED) if job and ended else job

        with patch.context() as within:
            within.setattr(waiting, "load_job", load_as_ended)
            settle(system, upstream_id)

    patch.setattr(stream, "settle_dependents", settle_by_the_record)


def forget_what_runs_later(patch: Patch) -> None:
    patch.setattr(LaterSweep, "run", lambda self: self.counts)


LATER: dict[str, Callable[[Patch], None]] = {
    "run before the time": drop_conditions("claim", "run_at"),
    "free whatever the state": drop_conditions("free", "status", "phase"),
    "free by the stream's record": free_by_the_record_of_the_stream,
    "a janitor that forgets what runs later": forget_what_runs_later,
}
"""Mutations of jobs that run later: found where all of them may."""
ALONE: dict[str, Callable[[Patch], None]] = {
    "wait for a job that has just ended": drop_conditions("mark_awaited", "phase"),
    "a stream that passes nothing on": lambda patch: patch.setattr(ChaosStream, "note", lambda *_: None),
}
"""Mutations behind which the janitor stands: found where the stream alone frees what waits."""


@pytest.mark.parametrize("name", [*LATER, *ALONE])
def test_a_broken_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutate = (LATER | ALONE)[name]
    assert is_found(mutate, monkeypatch, later=1.0, stream_alone=name in ALONE), name
