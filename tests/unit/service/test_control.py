"""Cancel, retry and redrive."""

from __future__ import annotations

import pytest

from heavylift.errors import Conflict, Gone, InvalidInput, NotFound, OverLimit
from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.ports.queue import Done, Message
from heavylift.ports.table import Change
from heavylift.service.control import cancel, retry
from heavylift.service.dead_letters import query_dead_letters, redrive, redrive_all
from heavylift.service.delete import delete_job
from heavylift.service.listing import MAX_INDEX_PAGES
from heavylift.worker.outcome import JobOutcome
from tests.support.world import QUEUE, CopyTask, World


def poison(world: World, number: int = 1) -> None:
    def fail(run: int) -> None:
        if run == number:
            raise OverLimit("poison")

    world.task.before = fail


def cure(world: World) -> None:
    world.task.before = lambda number: None


def make_dead_letter(world: World, parts: int = 1) -> Job:
    """Return a job that has failed after all its attempts."""
    poison(world, parts)
    job = world.submit(parts=parts)
    world.work()
    assert world.job(job).status == Status.FAILED
    return world.job(job)


def test_a_queued_job_is_canceled_at_once_and_never_runs() -> None:
    world = World()
    job = world.submit()
    assert cancel(world.system, job).status == Status.CANCELED
    assert world.work() == [Done(JobOutcome.DUPLICATE)]
    assert world.task.runs == []


def test_a_second_try_of_a_cancel_changes_nothing() -> None:
    world = World()
    job = world.submit()
    canceled = cancel(world.system, job)
    world.clock.sleep(1)
    assert cancel(world.system, job) == canceled


def test_a_canceled_job_that_is_deleted_meanwhile_is_not_canceled_again() -> None:
    world = World()
    job = world.submit()
    cancel(world.system, job)
    delete_job(world.system, job.tenant, job.id)
    with pytest.raises(Conflict, match="PROCESSING"):
        cancel(world.system, job)


def test_an_ended_job_can_not_be_canceled() -> None:
    world = World()
    job = world.submit()
    world.work()
    with pytest.raises(Conflict, match="DONE"):
        cancel(world.system, job)


@pytest.mark.parametrize("when", ["PROCESSING", "DONE"])
def test_only_a_failed_or_canceled_job_is_retried(when: str) -> None:
    world = World()
    job = world.submit()
    if when == "DONE":
        world.work()
    with pytest.raises(Conflict, match=when):
        retry(world.system, world.job(job))


def test_a_retried_job_begins_anew() -> None:
    world = World()
    job = make_dead_letter(world)
    cure(world)
    again = retry(world.system, job)
    assert (again.status, again.attempt, again.attempts, again.error) == (Status.PROCESSING, 0, [], None)
    assert again.deadline > job.deadline
    world.work()
    assert world.job(job).status == Status.DONE


def test_a_second_retry_is_a_conflict() -> None:
    world = World()
    job = make_dead_letter(world)
    cure(world)
    retry(world.system, job)
    with pytest.raises(Conflict, match="PROCESSING"):
        retry(world.system, job)


def test_of_a_fanned_out_job_only_the_failed_parts_run_again() -> None:
    world = World()
    job = make_dead_letter(world, parts=4)
    assert world.job(job).done == 3
    cure(world)
    world.task.runs.clear()
    assert retry(world.system, job).done == 3
    world.work()
    after = world.job(job)
    assert world.task.runs == [4]
    assert (after.status, after.done, after.parts_open) == (Status.DONE, 4, 0)
    assert after.result == {"copied": [1, 2, 3, 4]}


def test_a_stale_retry_leaves_the_parts_of_the_retried_job_alone() -> None:
    world = World()
    job = make_dead_letter(world, parts=2)
    cure(world)
    retry(world.system, job)
    before = dict(world.table.items)
    with pytest.raises(Conflict):
        retry(world.system, job)
    assert world.table.items == before


def test_a_retry_that_would_outlive_its_input_is_refused() -> None:
    world = World()
    job = make_dead_letter(world)
    world.clock.sleep(24 * 3600)
    retry(world.system, job)  # the input outlives the record by enough for a retry
    world.work()
    world.clock.sleep(2 * 3600)
    with pytest.raises(Gone):
        retry(world.system, world.job(job))


def test_a_retry_whose_message_is_lost_leaves_a_job_for_the_janitor() -> None:
    world = World()
    job = make_dead_letter(world)
    retry(world.system, job)
    item = world.table.items[job.key]
    assert item["open_pk"].startswith("OPEN#")
    assert item["check_at"] <= world.clock.now() + 60


def test_dead_letters_are_listed_newest_first_and_by_pages() -> None:
    world = World()
    jobs = []
    for _ in range(3):
        jobs.append(make_dead_letter(world).id)
        world.clock.sleep(10)
    first = query_dead_letters(world.system, "me", limit=2)
    rest = query_dead_letters(world.system, "me", limit=2, cursor=first.cursor)
    assert [job.id for job in first.jobs + rest.jobs] == jobs[::-1]
    assert rest.cursor is None
    assert query_dead_letters(world.system, "another").jobs == []
    assert query_dead_letters(world.system, "me", queue="other").jobs == []
    assert len(query_dead_letters(world.system, "me", task="copy", queue=QUEUE).jobs) == 3


def test_a_rare_dead_letter_among_many_is_found_in_one_call() -> None:
    world = World()
    rare, *_ = [make_dead_letter(world) for _ in range(MAX_INDEX_PAGES + 2)]
    world.table.update(Change(rare.key, set={"task": "other"}))
    found = query_dead_letters(world.system, "me", task="other", limit=1)
    assert [job.id for job in found.jobs] == [rare.id]


def test_a_refused_input_is_no_dead_letter() -> None:
    def refuse(number: int) -> None:
        raise InvalidInput("torn")

    world = World(CopyTask(before=refuse))
    job = world.submit()
    world.work()
    assert query_dead_letters(world.system, "me").jobs == []
    redriven = redrive(world.system, "me", [job.id])
    assert isinstance(redriven.refused[job.id], Conflict)


def test_a_refused_redrive_does_not_stop_the_others() -> None:
    world = World()
    job = make_dead_letter(world)
    cure(world)
    redriven = redrive(world.system, "me", ["nonsense", job.id, job.id])
    assert [each.id for each in redriven.jobs] == [job.id]
    assert isinstance(redriven.refused["nonsense"], NotFound)
    world.work()
    assert world.job(job).status == Status.DONE
    assert query_dead_letters(world.system, "me").jobs == []


def test_another_tenants_dead_letter_is_not_found() -> None:
    world = World()
    job = make_dead_letter(world)
    assert isinstance(redrive(world.system, "another", [job.id]).refused[job.id], NotFound)
    assert world.job(job).status == Status.FAILED


def test_a_whole_queue_is_redriven_in_several_calls() -> None:
    world = World()
    jobs = [make_dead_letter(world) for _ in range(5)]
    cure(world)
    cursor, seen = None, []
    for _ in range(5):
        redriven = redrive_all(world.system, "me", queue=QUEUE, limit=2, cursor=cursor)
        seen += [job.id for job in redriven.jobs]
        if (cursor := redriven.cursor) is None:
            break
    assert sorted(seen) == sorted(job.id for job in jobs)
    messages = [Message.decode(each.body).job_id for each in world.queue.queues[QUEUE]]
    assert sorted(messages) == sorted(seen)
    world.work()
    assert {world.job(job).status for job in jobs} == {Status.DONE}
