"""The JobQueue port: the contract of every implementation."""

from __future__ import annotations

from heavylift.ports.queue import Depth, JobQueue, Message


def test_what_was_sent_is_counted(queue: JobQueue) -> None:
    queue.send("work", Message("job-1"))
    queue.send("work", Message("job-1", "2#0001"), group="tenant")
    queue.send("work", Message("job-2"), delay_s=600)
    assert queue.get_depth("work") == Depth(visible=2, in_flight=0, delayed=1)


def test_many_are_sent_at_once(queue: JobQueue) -> None:
    queue.send_many("work", [Message("job-1", f"2#{number:04}") for number in range(23)], group="tenant")
    queue.send_many("work", [])
    assert queue.get_depth("work") == Depth(visible=23, in_flight=0, delayed=0)


def test_postponing_what_is_gone_does_nothing(queue: JobQueue) -> None:
    queue.send("work", Message("job-1"))
    queue.postpone("work", "a-receipt-of-long-ago", 30)
    assert queue.get_depth("work").visible == 1
