"""Pause and resume a queue.

The record says paused from before the switch is off until after it is on. So whatever is cut off between
the two, no deadline runs on while the worker gets no messages. Both calls can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from heavylift.job_store.pauses import load_pauses
from heavylift.jobs.pauses import Pauses, begin_pause, end_pause, queue_key
from heavylift.ports.switch import QueueSwitch
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed


def pause_queue(system: System, switch: QueueSwitch, queue: str) -> float:
    """Give the queue's worker no more messages. Return since when the queue is paused.

    Raises Throttled if Lambda can't change the switch now: then the queue is as it was.
    """
    now = system.clock.now()
    try:
        system.table.update(begin_pause(queue, now=now))
        began = True
    except ConditionFailed:
        began = False
    try:
        switch.turn_off(queue)
    except Exception:
        if began:
            _record_end(system, queue)
        raise
    since = load_pauses(system.table, queue).since
    return now if since is None else since


def resume_queue(system: System, switch: QueueSwitch, queue: str) -> None:
    """Give the queue's worker its messages again. Raises Throttled as `pause_queue`."""
    switch.turn_on(queue)
    _record_end(system, queue)


def _record_end(system: System, queue: str) -> None:
    pauses = load_pauses(system.table, queue)
    if pauses.since is None:
        return
    try:
        system.table.update(end_pause(queue, pauses, now=system.clock.now()))
    except ConditionFailed:
        return  # another has ended the pause


def find_paused(
    system: System, get_switch: Callable[[], QueueSwitch], queues: Iterable[str]
) -> dict[str, float]:
    """Return the queues that are paused, and since when. Asks for the switches of those only."""
    keys = {queue_key(queue): queue for queue in queues}
    records = system.table.get_many(list(keys))
    found = {keys[key]: Pauses.of(item).since for key, item in records.items()}
    paused = {name: since for name, since in found.items() if since is not None}
    return {name: since for name, since in paused.items() if get_switch().is_off(name)}
