"""The bulk lane: a queue of its own, with time of its own, and the same rules."""

from __future__ import annotations

from heavylift.ports.lanes import BULK_S, Lane, lane_of, queue_of, worker_of
from heavylift.ports.queue import Message
from heavylift.recovery.dead_message import DeadMessageOutcome, handle_dead_message
from heavylift.recovery.janitor import Janitor
from heavylift.recovery.lines import Lines
from heavylift.service.control import cancel, retry
from heavylift.service.listing import query_open_jobs
from heavylift.service.submission import Submission, digest_of
from heavylift.service.submit import submit
from tests.support.world import COPY, QUEUE, TEXT, World

BULK = queue_of(QUEUE, Lane.BULK)


def submit_bulk(world: World, **params: int) -> str:
    return submit(world.system, Submission("me", COPY.name, params, TEXT, lane=Lane.BULK)).id


def test_a_queue_has_a_name_for_each_lane() -> None:
    assert [queue_of("pages", lane) for lane in Lane] == ["pages", "pages-bulk"]
    assert {worker_of(queue_of("pages", lane)) for lane in Lane} == {"pages"}
    assert [lane_of(queue_of("pages", lane)) for lane in Lane] == list(Lane)


def test_a_job_of_the_bulk_lane_goes_through_its_own_queue_with_all_its_parts() -> None:
    world = World()
    job_id = submit_bulk(world, parts=3)
    world.submit()
    assert [world.queue.get_depth(queue).visible for queue in (QUEUE, BULK)] == [1, 1]
    world.work_through(BULK)
    [job] = query_open_jobs(world.system, "me", QUEUE)
    assert job.id != job_id
    assert query_open_jobs(world.system, "me", BULK) == []
    assert world.queue.get_depth(QUEUE).visible == 1


def test_a_job_of_the_bulk_lane_has_time_to_wait_and_stays_there_when_it_is_retried() -> None:
    world = World()
    job = submit(world.system, Submission("me", COPY.name, {}, TEXT, lane=Lane.BULK))
    assert job.deadline - job.created_at == BULK_S
    again = retry(world.system, cancel(world.system, job))
    assert again.queue == BULK
    assert again.deadline - world.clock.now() == BULK_S


def test_a_lost_message_of_the_bulk_lane_is_sent_there_again() -> None:
    world = World()
    job_id = submit_bulk(world)
    world.queue.queues[BULK].clear()
    world.clock.sleep(30)
    Janitor(world.system, world.clock.now() + 60).sweep()
    assert [Message.decode(each.body).job_id for each in world.queue.queues[BULK]] == [job_id]


def test_the_line_of_one_lane_does_not_count_the_jobs_of_the_other() -> None:
    """Else the jobs of the other would look like jobs whose messages are lost."""
    world = World()
    for _ in range(5):
        submit_bulk(world)
    world.submit()
    lines = Lines(world.system)
    assert [lines._get_line(queue).missing for queue in (QUEUE, BULK)] == [0, 0]


def test_a_dead_message_of_the_bulk_lane_ends_its_job() -> None:
    world = World()
    job_id = submit_bulk(world)
    world.clock.sleep(5 * 3600)
    done = handle_dead_message(world.system, Message(job_id), world.clock.now() - 5 * 3600)
    assert done.outcome == DeadMessageOutcome.FAILED


def test_the_lane_belongs_to_the_fingerprint_of_a_request_only_if_it_is_named() -> None:
    plain = Submission("me", COPY.name, {})
    assert digest_of(plain) == digest_of(Submission("me", COPY.name, {}, lane=Lane.STANDARD))
    assert digest_of(plain) != digest_of(Submission("me", COPY.name, {}, lane=Lane.BULK))
