"""Schedules: each time runs once, and what is cut off is mended."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.adapters.memory.scheduler import MemoryScheduler
from heavylift.errors import Conflict, InvalidRequest, NotFound, Throttled
from heavylift.job_store.load import load_job
from heavylift.job_store.schedules import load_schedule
from heavylift.jobs import schedules as rules
from heavylift.jobs.schedules import MAX_SCHEDULES, Schedule, next_of_rate
from heavylift.ports.scheduler import Entry
from heavylift.recovery.schedules import ScheduleSweep
from heavylift.service import schedules
from heavylift.service.fire import Fired, fire
from heavylift.service.inputs import OutputOf
from heavylift.service.schedules import NewSchedule, create_schedule, delete_schedule, pause_schedule
from tests.support.world import CITE, COPY, World

DAY_S = 86_400


class ScheduleWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.scheduler = MemoryScheduler()

    def make(self, name: str = "nightly", **changes: Any) -> Schedule:
        wanted: dict[str, Any] = {
            "tenant": "me",
            "name": name,
            "cron": None,
            "rate": "1 day",
            "timezone": "UTC",
            "expression": "rate(1 day)",
            "task": CITE.name,
            "params": {},
        }
        return create_schedule(self.system, self.scheduler, NewSchedule(**(wanted | changes)))

    def fire(self, schedule: Schedule, day: int = 1) -> Fired:
        payload = schedule.entry(0).payload
        return fire(self.system, self.scheduler, {**payload, "time": f"2026-11-{day:02}T02:30:00Z"})

    def now(self, schedule: Schedule) -> Schedule:
        found = load_schedule(self.table, schedule.tenant, schedule.name)
        assert found is not None
        return found

    def jobs(self) -> list[str]:
        return [item["id"] for key, item in self.table.items.items() if key.sk == "JOB"]

    def sweep(self) -> None:
        self.clock.sleep(rules.CUT_OFF_S)
        ScheduleSweep(self.system, self.scheduler, self.clock.now() + 60).run()


@pytest.fixture
def world() -> ScheduleWorld:
    return ScheduleWorld()


def test_a_time_that_fires_twice_is_run_once(world: ScheduleWorld) -> None:
    schedule = world.make(overlap="queue")
    assert [world.fire(schedule) for _ in range(2)] == [Fired.SUBMITTED, Fired.AGAIN]
    assert len(world.jobs()) == 1
    assert world.fire(schedule, day=2) == Fired.SUBMITTED
    assert world.now(schedule).last_job == world.jobs()[-1]


def test_a_time_whose_record_was_cut_off_is_run_once(
    world: ScheduleWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = world.make(overlap="queue")
    with monkeypatch.context() as patch:
        patch.setattr("heavylift.service.fire._note", lambda *_, **__: None)
        world.fire(schedule)
    world.fire(schedule)
    assert len(world.jobs()) == 1


def test_a_run_is_left_out_while_the_last_is_open(world: ScheduleWorld) -> None:
    schedule = world.make()
    world.fire(schedule, day=1)
    assert world.fire(schedule, day=2) == Fired.SKIPPED
    assert world.now(schedule).skipped_at is not None
    world.work()
    assert world.fire(schedule, day=3) == Fired.SUBMITTED
    assert len(world.jobs()) == 2


def test_a_paused_schedule_runs_nothing_and_goes_on(world: ScheduleWorld) -> None:
    schedule = world.make()
    pause_schedule(world.system, schedule, paused=True)
    assert world.fire(schedule, day=1) == Fired.PAUSED
    pause_schedule(world.system, schedule, paused=False)
    assert world.fire(schedule, day=2) == Fired.SUBMITTED


def test_a_schedule_keeps_a_copy_of_its_input(world: ScheduleWorld) -> None:
    first = world.submit()
    world.work()
    schedule = world.make(task=COPY.name, input=OutputOf(first.id, "copy-1.txt"))
    world.objects.delete_below(f"jobs/{first.id}/")
    assert world.fire(schedule) == Fired.SUBMITTED
    world.work()
    job = load_job(world.table, world.jobs()[-1])
    assert job is not None
    assert (job.status, job.tags) == ("DONE", ["schedule:nightly"])
    delete_schedule(world.system, world.scheduler, schedule)
    assert [key for key in world.objects.objects if key.startswith("schedules/")] == []


def test_a_run_that_is_refused_says_why(world: ScheduleWorld) -> None:
    first = world.submit()
    world.work()
    schedule = world.make(task=COPY.name, input=OutputOf(first.id, "copy-1.txt"))
    assert schedule.input is not None
    world.objects.put(schedule.input["key"], b"no text", "text/plain")
    assert world.fire(schedule) == Fired.REFUSED
    refused = world.now(schedule).refused
    assert refused is not None
    assert refused["type"].endswith("unsupported-media-type")


@pytest.mark.parametrize(
    "changes",
    [
        {"params": {"source": "0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11"}},
        {"params": {"nothing": 1}},
        {"task": COPY.name},
    ],
)
def test_what_can_not_be_run_again_leaves_nothing_behind(
    world: ScheduleWorld, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        world.make(**changes)
    assert world.table.items == {}
    assert world.scheduler.entries == {}


def test_a_name_is_taken_until_its_schedule_is_deleted(world: ScheduleWorld) -> None:
    schedule = world.make()
    with pytest.raises(Conflict, match="There is a schedule"):
        world.make()
    delete_schedule(world.system, world.scheduler, schedule)
    again = world.make()
    assert world.fire(schedule) == Fired.UNKNOWN  # an event of before
    assert list(world.scheduler.entries) == [again.id]
    assert [each.id for each in schedules.list_schedules(world.system, "me")] == [again.id]


def test_a_tenant_has_so_many_schedules(world: ScheduleWorld) -> None:
    made = [world.make(f"s{number}") for number in range(MAX_SCHEDULES)]
    with pytest.raises(Conflict, match=str(MAX_SCHEDULES)):
        world.make()
    delete_schedule(world.system, world.scheduler, made[0])
    world.make()


class LostScheduler(MemoryScheduler):
    """A scheduler that does not answer."""

    def create(self, entry: Entry) -> None:
        raise Throttled(entry.name)


def test_a_schedule_whose_entry_can_not_be_made_is_not_there(world: ScheduleWorld) -> None:
    kept, world.scheduler = world.scheduler, LostScheduler()
    with pytest.raises(Throttled):
        world.make()
    world.scheduler = kept
    with pytest.raises(NotFound):
        schedules.find_schedule(world.system, "me", "nightly")
    world.make()


class Died(BaseException):
    pass


def die(*_: object) -> None:
    raise Died


def test_the_janitor_finishes_what_was_cut_off(world: ScheduleWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(MemoryScheduler, "create", die)
        with pytest.raises(Died):
            world.make()
    assert world.scheduler.entries == {}
    world.sweep()
    schedule = schedules.find_schedule(world.system, "me", "nightly")
    assert list(world.scheduler.entries) == [schedule.id]
    with monkeypatch.context() as patch:
        patch.setattr(MemoryScheduler, "delete", die)
        with pytest.raises(Died):
            delete_schedule(world.system, world.scheduler, schedule)
    with pytest.raises(Conflict, match="being deleted"):
        world.make()
    world.sweep()
    assert world.scheduler.entries == {}
    world.make()


def test_an_entry_without_a_schedule_removes_itself(world: ScheduleWorld) -> None:
    schedule = world.make()
    delete_schedule(world.system, world.scheduler, schedule)
    world.scheduler.create(schedule.entry(0))  # by a call that hung
    assert world.fire(schedule) == Fired.UNKNOWN
    assert world.scheduler.entries == {}


def test_a_rate_goes_on_in_its_own_steps() -> None:
    assert next_of_rate("6 hours", 1000, 1000) == 1000 + DAY_S / 4
    assert next_of_rate("6 hours", 1000, 1000 + DAY_S) == 1000 + 5 * DAY_S / 4


def test_an_event_without_a_time_is_of_the_current_minute(world: ScheduleWorld) -> None:
    """MiniStack puts no time into the payload."""
    schedule = world.make(overlap="queue")
    event = {**schedule.entry(0).payload, "time": "<aws.scheduler.scheduled-time>"}
    assert fire(world.system, world.scheduler, event) == Fired.SUBMITTED
    assert fire(world.system, world.scheduler, event) == Fired.AGAIN
