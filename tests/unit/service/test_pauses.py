"""A paused queue gives out no message, and no job fails by its deadline because of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heavylift.adapters.memory.switch import MemorySwitch
from heavylift.errors import DeadlineExceeded, OverLimit, Throttled
from heavylift.job_store.abandon import abandon_job
from heavylift.job_store.pauses import load_pauses
from heavylift.jobs.job import Job
from heavylift.jobs.pauses import MAX_PAUSES, MIN_STEP_S, Pauses, end_pause
from heavylift.recovery.janitor import Janitor
from heavylift.service.control import retry
from heavylift.service.pauses import find_paused, pause_queue, resume_queue
from heavylift.worker.runner import JobOutcome
from tests.support.world import COPY, QUEUE, CopyTask, World

HOUR_S = 3600.0


class PausedWorld(World):
    """A world whose queue can be paused."""

    def __init__(self, task: CopyTask | None = None) -> None:
        super().__init__(task)
        self.switch = MemorySwitch(self.queue)

    def pause(self) -> float:
        return pause_queue(self.system, self.switch, QUEUE)

    def resume(self) -> None:
        resume_queue(self.system, self.switch, QUEUE)

    def sweep(self, hours: float = 0) -> None:
        """Let time pass, with a sweep each minute."""
        for _ in range(max(1, round(hours * 60))):
            self.clock.sleep(60 if hours else 0)
            Janitor(self.system, self.clock.now() + 60, chance=lambda: 0.5).sweep()


@pytest.fixture
def world() -> PausedWorld:
    return PausedWorld()


def age_of_deadline(job: Job) -> float:
    return job.deadline - job.created_at


def test_a_paused_queue_gives_out_nothing_and_takes_jobs(world: PausedWorld) -> None:
    since = world.pause()
    job = world.submit()
    assert world.work_once() is None
    assert find_paused(world.system, lambda: world.switch, [QUEUE, "other"]) == {QUEUE: since}
    world.resume()
    world.work()
    assert world.job(job).status == "DONE"
    assert find_paused(world.system, lambda: world.switch, [QUEUE]) == {}


def test_a_job_outlives_a_pause_that_is_longer_than_its_time(world: PausedWorld) -> None:
    job = world.submit()
    world.clock.sleep(600)
    world.pause()
    world.sweep(hours=3)
    world.resume()
    assert world.job(job).status == "PROCESSING"
    world.work()
    done = world.job(job)
    assert done.status == "DONE"
    assert done.expires_at - job.expires_at == pytest.approx(done.deadline - job.deadline, abs=20)


def test_the_janitor_adds_the_pause_to_the_deadline_and_no_more(world: PausedWorld) -> None:
    job = world.submit()
    world.pause()
    world.clock.sleep(1800)
    world.resume()
    world.clock.sleep(1801)
    world.queue.queues[QUEUE].clear()
    world.sweep()
    assert age_of_deadline(world.job(job)) == COPY.deadline_s + 1800
    world.sweep(hours=0.55)
    assert world.job(job).error is not None


def test_a_worker_adds_the_pause_to_the_deadline(world: PausedWorld) -> None:
    job = world.submit()
    world.pause()
    world.clock.sleep(2 * HOUR_S)
    world.resume()
    world.work()
    assert world.job(job).status == "DONE"


def test_the_parts_of_a_job_get_its_deadline(world: PausedWorld) -> None:
    job = world.submit(parts=3)
    world.work_once()
    world.pause()
    world.clock.sleep(2 * HOUR_S)
    world.resume()
    world.work()
    assert world.job(job).status == "DONE"


def test_a_pause_is_written_to_a_job_every_ten_minutes_at_most(world: PausedWorld) -> None:
    world.submit()
    world.clock.sleep(COPY.deadline_s - 1)
    world.pause()
    writes = 0
    update = world.table.update

    def count(change: object) -> object:
        nonlocal writes
        writes += 1
        return update(change)  # type: ignore[arg-type]

    world.table.update = count  # type: ignore[method-assign, assignment]
    world.sweep(hours=2)
    assert 0 < writes <= 2 * 2 * HOUR_S / MIN_STEP_S + 2


def test_without_a_pause_a_deadline_is_a_deadline(world: PausedWorld) -> None:
    world.pause()
    world.resume()
    job = world.submit()
    world.clock.sleep(COPY.deadline_s + 1)
    world.sweep()
    assert world.job(job).status == "FAILED"
    assert age_of_deadline(world.job(job)) == COPY.deadline_s


def test_who_read_the_job_before_its_deadline_moved_does_not_end_it(world: PausedWorld) -> None:
    """The index that the janitor reads is eventually consistent."""
    job = world.submit()
    world.pause()
    world.clock.sleep(2 * HOUR_S)
    world.sweep()
    assert not abandon_job(world.system, job, DeadlineExceeded("late"))
    assert world.job(job).status == "PROCESSING"


def test_a_pause_before_a_retry_does_not_count_again(world: PausedWorld) -> None:
    job = world.submit()
    world.pause()
    world.clock.sleep(1800)
    world.resume()
    world.clock.sleep(2 * HOUR_S)
    world.sweep()
    world.sweep(hours=0.05)
    again = retry(world.system, world.job(job))
    world.queue.queues[QUEUE].clear()
    world.clock.sleep(COPY.deadline_s + 1)
    world.sweep()
    assert world.job(job).deadline == again.deadline


def test_a_deadline_moves_no_further_than_the_input_lives(world: PausedWorld) -> None:
    job = world.submit()
    world.pause()
    world.sweep(hours=25)
    assert world.job(job).status == "FAILED"
    assert age_of_deadline(world.job(job)) == world.system.settings.retention_hours * HOUR_S
    assert world.job(job).expires_at <= world.system.settings.objects_live_until(job.created_at)


def test_an_attempt_that_fails_late_in_a_pause_is_tried_again() -> None:
    def fail_in_a_pause(_number: int) -> None:
        late.clock.sleep(50)
        late.pause()
        late.clock.sleep(5)
        raise OverLimit

    late = PausedWorld(CopyTask(fail_in_a_pause))
    late.submit()
    late.clock.sleep(COPY.deadline_s - 55)
    disposition = late.work_once()
    assert disposition is not None
    assert disposition.outcome == JobOutcome.RETRYING


def test_pausing_and_resuming_twice_changes_nothing(world: PausedWorld) -> None:
    since = world.pause()
    world.clock.sleep(10)
    assert world.pause() == since
    world.clock.sleep(10)
    world.resume()
    world.resume()
    assert load_pauses(world.system.table, QUEUE) == Pauses(((since, since + 20),))


class StuckSwitch(MemorySwitch):
    def turn_off(self, queue: str) -> None:
        raise Throttled(queue)


def test_a_pause_that_fails_leaves_the_queue_as_it_was(world: PausedWorld) -> None:
    stuck = StuckSwitch(world.queue)
    with pytest.raises(Throttled):
        pause_queue(world.system, stuck, QUEUE)
    assert find_paused(world.system, lambda: stuck, [QUEUE]) == {}
    assert load_pauses(world.system.table, QUEUE).since is None


def test_a_queue_that_was_turned_on_elsewhere_is_not_shown_as_paused(world: PausedWorld) -> None:
    world.pause()
    world.switch.turn_on(QUEUE)  # a deploy, or an operator in the console
    assert find_paused(world.system, lambda: world.switch, [QUEUE]) == {}


def test_a_record_of_pauses_does_not_grow_without_end() -> None:
    pauses = Pauses(since=0.0)
    for number in range(MAX_PAUSES + 20):
        ended = end_pause(QUEUE, replace(pauses, since=number * 10.0), now=number * 10.0 + 1).set["pauses"]
        pauses = Pauses.of({"pauses": ended})
    assert len(pauses.ended) == MAX_PAUSES
    assert pauses.ended[0] == (0.0, 201.0)
    assert pauses.overlap(1190, 1191) == 1
