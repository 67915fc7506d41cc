"""Act on the records of the open index that are due, until time or capacity runs out."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable

from heavylift.errors import Throttled
from heavylift.ports.system import System
from heavylift.ports.table import OPEN, Item

log = logging.getLogger(__name__)

RESERVE_S = 5.0
"""The janitor stops this many seconds before its invocation ends; the next run continues."""


def act_on_due(
    system: System,
    partitions: Iterable[str],
    act: Callable[[Item, str], None],
    *,
    ends_at: float,
    counts: Counter[str],
) -> None:
    """Call `act` with each due item and its partition. The next run continues where this one stops.

    An error of one item is counted and logged, and does not stop the others.
    """
    for partition in partitions:
        cursor: Item | None = None
        while True:
            page = system.table.query(OPEN, partition, up_to=system.clock.now(), cursor=cursor)
            for item in page.items:
                if system.clock.now() > ends_at - RESERVE_S:
                    return
                try:
                    act(item, partition)
                except Throttled:
                    counts["JanitorErrors"] += 1
                    return
                except Exception:
                    counts["JanitorErrors"] += 1
                    log.exception("a record could not be handled", extra={"record": item["pk"]})
            cursor = page.cursor
            if cursor is None:
                break
