"""The log and the progress text of a task: stored by writes that happen anyway, and only by the holder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heavylift.errors import InvalidInput, OverLimit
from heavylift.job_store.parts import load_parts
from heavylift.jobs.job import Job, Part
from heavylift.jobs.notes import MAX_LINE_CHARS, MAX_LINES, MAX_LOG_BYTES, MAX_PART_LINES, clean_text
from heavylift.service.control import cancel, retry
from heavylift.service.delete import delete_job
from heavylift.tasks.task import JobContext, PartSpec, Result
from tests.support.meter import attach_meter
from tests.support.world import CopyTask, World

Work = JobContext[Any]


class LoggingTask(CopyTask):
    """The copy task, which calls `notes` at the beginning of each run."""

    def __init__(self, notes: Callable[[Work], None]) -> None:
        super().__init__()
        self.notes = notes

    def run(self, work: Work, part: PartSpec) -> Result:
        self.notes(work)
        return super().run(work, part)


def lines_of(unit: Job | Part) -> list[tuple[int, str]]:
    return [(line["attempt"], line["text"]) for line in unit.log or []]


def test_a_line_is_stored_with_the_end_of_the_attempt() -> None:
    world = World(LoggingTask(lambda work: work.log("it has begun")))
    job = world.submit()
    world.work()
    [line] = world.job(job).log or []
    assert line == {"at": world.job(job).claimed_at, "attempt": 1, "text": "it has begun"}


def test_a_log_costs_no_write() -> None:
    def count_writes(notes: Callable[[Work], None]) -> int:
        world = World(LoggingTask(notes))
        counts = attach_meter(world)
        world.submit()
        world.work()
        return counts["UpdateItem"] + counts["TransactWriteItems"]

    assert count_writes(lambda work: work.log("a line")) == count_writes(lambda work: None)


def test_lines_and_text_are_seen_while_the_job_runs() -> None:
    seen: list[Job] = []

    def notes(work: Work) -> None:
        work.log("the first page is difficult")
        world.clock.sleep(3)
        work.advance(1, "page 1 of 9")
        seen.append(world.job(job))

    world = World(LoggingTask(notes))
    job = world.submit()
    world.work()
    assert lines_of(seen[0]) == [(1, "the first page is difficult")]
    assert seen[0].progress_text == "page 1 of 9"
    assert world.job(job).progress_text is None, "it is DONE"


def test_a_line_names_its_attempt_and_outlives_it() -> None:
    def notes(work: Work) -> None:
        work.log("here it goes wrong" if work.attempt == 1 else "here it does not")
        if work.attempt == 1:
            raise OverLimit

    world = World(LoggingTask(notes))
    job = world.submit()
    world.work()
    assert lines_of(world.job(job)) == [(1, "here it goes wrong"), (2, "here it does not")]


def test_a_failed_job_keeps_its_lines_and_its_text_until_a_retry() -> None:
    def notes(work: Work) -> None:
        work.log("no good")
        work.advance(0, "page 3 of 17")
        raise InvalidInput

    world = World(LoggingTask(notes))
    job = world.submit()
    world.work()
    failed = world.job(job)
    assert (failed.progress_text, lines_of(failed)) == ("page 3 of 17", [(1, "no good")])
    again = retry(world.system, failed)
    assert (again.progress_text, lines_of(again)) == (None, [(1, "no good")])


def test_a_worker_that_was_overtaken_stores_no_line() -> None:
    def notes(work: Work) -> None:
        work.log("from the first worker")
        retry(world.system, cancel(world.system, world.job(job)))

    world = World(LoggingTask(notes))
    job = world.submit()
    world.work_once()
    assert world.job(job).log is None


def test_a_part_keeps_its_own_lines() -> None:
    def notes(work: Work) -> None:
        for number in range(MAX_PART_LINES + 5):
            work.log(f"line {number}")
        work.advance(0, "a text")

    world = World(LoggingTask(notes))
    job = world.submit(parts=2)
    world.work()
    found = world.job(job)
    assert (found.status, found.log, found.progress_text) == ("DONE", None, None)
    expected = [(1, f"line {number}") for number in range(5, MAX_PART_LINES + 5)]
    assert [lines_of(part) for part in load_parts(world.system, found)] == [expected] * 2


def test_the_log_has_an_end() -> None:
    def notes(work: Work) -> None:
        for number in range(MAX_LINES * 3):
            work.log(f"{number} " + "é" * 100)

    world = World(LoggingTask(notes))
    job = world.submit()
    world.work()
    texts = [text for _, text in lines_of(world.job(job))]
    assert texts[-1].startswith(f"{MAX_LINES * 3 - 1} ")
    assert len(texts) == MAX_LINES
    assert sum(len(text.encode()) for text in texts) <= MAX_LOG_BYTES


def test_long_lines_leave_room_for_fewer() -> None:
    def log_long_lines(work: JobContext[Any]) -> None:
        for _ in range(MAX_LINES):
            work.log("é" * 600)

    world = World(LoggingTask(log_long_lines))
    job = world.submit()
    world.work()
    texts = [text for _, text in lines_of(world.job(job))]
    assert 10 < len(texts) < MAX_LINES
    assert sum(len(text.encode()) for text in texts) <= MAX_LOG_BYTES


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("red \x1b[31mtext\x1b[0m \x00", "red [31mtext[0m"),
        ("turned \u202egnp.exe", "turned gnp.exe"),
        ("half \ud800 a pair", "half a pair"),
        ("  ", ""),
        ("x" * 600, "x" * (MAX_LINE_CHARS - 1) + "…"),
    ],
)
def test_a_line_is_cleaned(given: str, kept: str) -> None:
    assert clean_text(given, MAX_LINE_CHARS) == kept


def test_an_empty_line_is_left_out() -> None:
    world = World(LoggingTask(lambda work: work.log(" \n ")))
    job = world.submit()
    world.work()
    assert world.job(job).log is None


@pytest.mark.parametrize("parts", [1, 2])
def test_a_deletion_leaves_no_line(parts: int) -> None:
    def notes(work: Work) -> None:
        work.log("about a customer")
        work.advance(0, "about a customer")

    world = World(LoggingTask(notes))
    job = world.submit(parts=parts)
    world.work()
    assert "about a customer" in str(world.table.items)
    delete_job(world.system, "me", job.id)
    assert "about a customer" not in str(world.table.items)
