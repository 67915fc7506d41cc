"""Search a tenant's jobs. Every search reads an index: the tenant's, or the list of a reference or a tag.

What the index does not sort by is compared job by job. A call reads at most `MAX_READ` jobs for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from heavylift.jobs.job import Job, job_key
from heavylift.jobs.label_lists import label_partitions
from heavylift.ports.system import System
from heavylift.ports.table import PRIMARY, TENANT, IndexPage, Item, read_pages
from heavylift.service.listing import MAX_INDEX_PAGES, PAGE_SIZE, JobPage, tenant_partition
from heavylift.service.wanted import Wanted

MAX_READ = MAX_INDEX_PAGES * PAGE_SIZE
"""A call that has read so many jobs ends."""


def search_jobs(
    system: System,
    tenant: str,
    wanted: Wanted,
    *,
    newest_first: bool = True,
    limit: int = 20,
    cursor: Item | None = None,
) -> JobPage:
    """Return a page of the tenant's jobs, in the order of their creation.

    `cursor` is a key of the tenant index, within the times that are wanted. A page may hold fewer than
    `limit` jobs; the list ends when its cursor is None.
    """
    now = system.clock.now()
    found: list[Job] = []
    position = None
    size = PAGE_SIZE if wanted.reads_others else min(limit, PAGE_SIZE)
    pages = read_jobs(system, tenant, wanted, cursor, newest_first=newest_first, limit=size)
    read = 0
    for page in islice(pages, MAX_INDEX_PAGES):
        read += len(page.items)
        for job in page.items:
            if wanted.fits(job, now):
                found.append(Job.of(job))
            if len(found) == limit:
                more = page.cursor is not None or job is not page.items[-1]
                return JobPage(found, position_of(tenant, job["id"]) if more else None)
        position = page.cursor
        if read >= MAX_READ:
            break
    return JobPage(found, position_of(tenant, position["id"]) if position else None)


def read_jobs(
    system: System,
    tenant: str,
    wanted: Wanted,
    cursor: Item | None,
    *,
    only: tuple[str, ...] = (),
    **options: Any,
) -> Iterator[IndexPage]:
    """Yield pages of the records of jobs that may be wanted. The cursor of each has the `id` of its last job.

    `only` names the attributes to return, all by default. `options` are those of `Table.query`.
    """
    options |= {"since": wanted.first_id, "up_to": wanted.last_id}
    labels = label_partitions(tenant, wanted.reference, [wanted.tag] if wanted.tag else [])
    if not labels:
        yield from _read_index(system, tenant, wanted, cursor, only=only, **options)
        return
    start = {"pk": labels[0], "sk": cursor["id"]} if cursor else None
    for page in read_pages(system.table, PRIMARY, labels[0], cursor=start, **options):
        keys = [job_key(item["sk"]) for item in page.items]
        jobs = system.table.get_many(keys, only=only) if keys else {}
        last = {"id": page.cursor["sk"]} if page.cursor else None
        yield IndexPage([jobs[key] for key in keys if key in jobs], last)


def _read_index(
    system: System, tenant: str, wanted: Wanted, cursor: Item | None, *, limit: int, **options: Any
) -> Iterator[IndexPage]:
    """Yield pages of the tenant's index. Where few jobs fit, the later pages are larger: fewer calls."""
    while True:
        page = system.table.query(TENANT, tenant_partition(tenant), cursor=cursor, limit=limit, **options)
        yield page
        cursor = page.cursor
        if cursor is None:
            return
        if wanted.reads_others:
            limit = max(limit, MAX_READ - PAGE_SIZE)


def position_of(tenant: str, job_id: str) -> Item:
    """Return the place of a job in the tenant's index, with which a list goes on after it."""
    return {**job_key(job_id)._asdict(), TENANT.partition: tenant_partition(tenant), TENANT.sort: job_id}
