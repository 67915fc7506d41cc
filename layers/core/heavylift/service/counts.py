"""How many jobs of a tenant have each status, counted over an index and not over the table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from heavylift.jobs.states import Status
from heavylift.ports.system import System
from heavylift.ports.table import Item
from heavylift.service.listing import MAX_INDEX_PAGES, PAGE_SIZE
from heavylift.service.search import position_of, read_jobs
from heavylift.service.wanted import Wanted

MAX_COUNTED = 10_000
"""A call that has read so many jobs ends. With a label it ends sooner: each job is read by its key."""
MAX_PAGES = 20
"""The most index pages that one call reads: each has 1 MB at most."""

MAX_SECONDS = 3.0
"""After this time a call reads no other page."""


@dataclass
class JobCounts:
    """Jobs by status. `cursor` continues the count; None if all are counted."""

    by_status: Counter[Status] = field(default_factory=Counter)
    cursor: Item | None = None


def count_jobs(system: System, tenant: str, wanted: Wanted, *, cursor: Item | None = None) -> JobCounts:
    """Return how many of the wanted jobs have each status, newest first up to the limits of a call."""
    counted = JobCounts()
    now, read = system.clock.now(), 0
    ends_at = now + MAX_SECONDS
    labelled = bool(wanted.reference or wanted.tag)
    size, most = (PAGE_SIZE, PAGE_SIZE * MAX_INDEX_PAGES) if labelled else (MAX_COUNTED, MAX_COUNTED)
    pages = read_jobs(system, tenant, wanted, cursor, only=wanted.looks_at, newest_first=True, limit=size)
    for number, page in enumerate(pages, 1):
        counted.by_status.update(Status(each["status"]) for each in page.items if wanted.fits(each, now))
        read += size if labelled else len(page.items)
        counted.cursor = position_of(tenant, page.cursor["id"]) if page.cursor else None
        if read >= most or number == MAX_PAGES or system.clock.now() > ends_at:
            break
    return counted
