"""Jobs that run at a time: to the second, near and far, canceled, retried, listed and expired."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from heavylift.errors import InvalidRequest
from heavylift.jobs.job import Job
from heavylift.jobs.later import DAY_S, EARLY_S, MAX_DELAY_S, QUEUED_AHEAD_S
from heavylift.jobs.states import Phase, Status
from heavylift.ports.queue import Message, Retry
from heavylift.recovery.dead_message import DeadMessageOutcome, handle_dead_message
from heavylift.recovery.sweep import sweep_all
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.service.inputs import Upload
from heavylift.service.search import search_jobs
from heavylift.service.start import When
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.service.wanted import Wanted
from heavylift.worker.outcome import JobOutcome
from tests.support.world import COPY, QUEUE, TEXT, World

HOUR = 3600.0


def submit_at(world: World, when: When, key: str | None = None) -> Job:
    content = TEXT + b"hello"
    return submit(world.system, Submission("me", COPY.name, {}, content, idempotency_key=key, when=when))


def sweep(world: World) -> Counter[str]:
    return sweep_all(world.system, world.queue, world.clock.now() + 60)


def pass_minutes(world: World, until: float) -> None:
    """Let the janitor run once a minute, and the worker at each second in which a message is visible."""
    while world.clock.now() < until:
        sweep(world)
        ends = min(until, world.clock.now() + 60)
        while world.clock.now() < ends:
            world.work_once()
            world.clock.sleep(1)


@pytest.mark.parametrize("delay_s", [1, 90, 899, 901, 4000, 13 * HOUR])
def test_a_job_runs_at_its_second(delay_s: float) -> None:
    world = World()
    job = submit_at(world, When(delay_s=delay_s))
    assert (job.status, job.phase) == (Status.PROCESSING, Phase.SCHEDULED)
    pass_minutes(world, job.created_at + delay_s + 3)
    after = world.job(job)
    assert after.status == Status.DONE
    assert 0 <= (after.started_at or 0) - (job.created_at + delay_s) <= 1


def test_the_deadline_and_the_retention_count_from_its_time() -> None:
    world = World()
    job = submit_at(world, When(run_at=world.clock.now() + 10 * DAY_S))
    assert job.run_at
    assert job.deadline == job.run_at + COPY.deadline_s
    assert job.expires_at == int(job.deadline + 24 * HOUR)


def test_a_time_that_has_passed_means_at_once() -> None:
    world = World()
    job = submit_at(world, When(run_at=world.clock.now() - 5))
    assert (job.phase, job.run_at) == (Phase.QUEUED, None)


def test_a_time_beyond_the_limit_is_refused_and_leaves_nothing_behind() -> None:
    world = World()
    with pytest.raises(InvalidRequest) as refused:
        submit_at(world, When(delay_s=MAX_DELAY_S + 1))
    assert refused.value.faults[0]["pointer"] == "/delay_s"
    assert "30 days" in refused.value.detail
    assert (world.table.items, world.objects.objects, world.queue.queues) == ({}, {}, {})


def test_a_message_that_comes_too_early_runs_nothing() -> None:
    world = World()
    job = submit_at(world, When(delay_s=100))
    world.queue.send(QUEUE, Message(job.id))  # a double
    disposition = world.work_once()
    assert isinstance(disposition, Retry)
    assert (disposition.outcome, disposition.seconds) == (JobOutcome.EARLY, 100)
    assert (world.job(job).phase, world.job(job).fence) == (Phase.SCHEDULED, 0)


def test_a_dead_message_that_comes_too_early_ends_nothing() -> None:
    world = World()
    job = submit_at(world, When(delay_s=100))
    disposition = handle_dead_message(world.system, Message(job.id), job.run_at or 0)
    assert disposition.outcome == DeadMessageOutcome.DROPPED
    assert world.job(job).phase == Phase.SCHEDULED


def test_a_far_job_is_in_no_queue_and_costs_no_sweep_a_write_until_its_last_minutes() -> None:
    world = World()
    job = submit_at(world, When(delay_s=2 * DAY_S))
    before = dict(world.table.items[job.key])
    world.clock.sleep(2 * DAY_S - QUEUED_AHEAD_S)
    assert not sweep(world)["ScheduledJobsQueued"]
    assert (world.queue.queues, world.table.items[job.key]) == ({}, before)
    world.clock.sleep(EARLY_S)
    assert sweep(world)["ScheduledJobsQueued"] == 1
    assert sweep(world)["ScheduledJobsQueued"] == 0
    [message] = world.queue.queues[QUEUE]
    assert message.visible_at == job.run_at


def test_a_lost_message_of_a_scheduled_job_is_sent_again() -> None:
    world = World()
    job = submit_at(world, When(delay_s=600))
    world.queue.queues[QUEUE].clear()
    pass_minutes(world, job.created_at + 800)
    assert world.job(job).status == Status.DONE


def test_the_input_of_a_far_job_lives_below_later_and_is_erased_with_it() -> None:
    world = World()
    job = submit_at(world, When(delay_s=20 * DAY_S))
    assert list(world.objects.objects) == [f"later/{job.id}/input"]
    cancel(world.system, job)
    delete_job(world.system, "me", job.id)
    assert not world.objects.objects


def test_the_upload_of_a_far_job_is_copied_and_a_refusal_deletes_the_copy() -> None:
    world = World()
    upload = "0197b4e2-7d1c-4c3e-9a51-3f6f0c2d8e11"
    world.objects.put(f"uploads/me/{upload}", TEXT + b"uploaded", "text/plain")
    request = Submission("me", COPY.name, {}, Upload(upload), idempotency_key="k", when=When(delay_s=DAY_S))
    job = submit(world.system, request)
    assert job.input
    assert job.input["key"] == f"later/{job.id}/input"
    world.objects.put(f"uploads/me/{upload}", TEXT + b"changed", "text/plain")
    assert world.objects.read(job.input["key"]) == TEXT + b"uploaded"
    changed = replace(request, when=When(delay_s=2 * DAY_S))
    with pytest.raises(InvalidRequest):
        submit(world.system, changed)
    assert submit(world.system, request).id == job.id
    assert {key for key in world.objects.objects if key.startswith("later/")} == {job.input["key"]}


def test_a_scheduled_job_is_listed_and_canceled_and_a_retry_runs_it_at_once() -> None:
    world = World()
    job = submit_at(world, When(delay_s=25 * DAY_S))
    assert [each.id for each in search_jobs(world.system, "me", Wanted(status=Status.PROCESSING)).jobs] == [
        job.id
    ]
    assert cancel(world.system, job).status == Status.CANCELED
    world.clock.sleep(20 * DAY_S)
    again = retry(world.system, world.job(job))
    assert (again.phase, again.run_at) == (Phase.QUEUED, world.clock.now())
    world.work()
    assert world.job(job).status == Status.DONE


def test_a_job_whose_time_passed_while_no_janitor_ran_expires() -> None:
    world = World()
    job = submit_at(world, When(delay_s=DAY_S))
    world.clock.sleep(DAY_S + COPY.deadline_s + 1)
    assert sweep(world)["JobsExpired"] == 1
    assert (world.job(job).error or {})["type"] == "/problems/deadline-exceeded"
