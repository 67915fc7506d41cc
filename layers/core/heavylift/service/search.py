"""Search a tenant's jobs. Every search reads an index: the tenant's, or the list of a reference or a tag.

What the index does not sort by is compared job by job. A call reads at most `MAX_INDEX_PAGES` pages for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from heavylift.jobs.ids import first_id_at
from heavylift.jobs.job import Job, Status, job_key
from heavylift.ports.system import System
from heavylift.ports.table import PRIMARY, TENANT, IndexPage, Item, read_pages
from heavylift.service.labels import label_partitions
from heavylift.service.listing import MAX_INDEX_PAGES, PAGE_SIZE, JobPage, tenant_partition


@dataclass(frozen=True)
class Wanted:
    """Which jobs. None stands for any value."""

    status: Status | None = None
    task: str | None = None
    reference: str | None = None
    tag: str | None = None
    name: str | None = None
    """A part of the job's name or of its file's, in any case."""
    since: float | None = None
    """Created at this time or later, in seconds since 1970."""
    before: float | None = None
    """Created before this time."""

    def holds_id(self, job_id: str) -> bool:
        """Return whether the job was created at a time that is wanted."""
        return (self.since is None or job_id >= first_id_at(self.since)) and (
            self.before is None or job_id <= first_id_at(self.before)
        )

    @property
    def reads_others(self) -> bool:
        """Whether an index page may hold jobs that do not fit."""
        return any((self.status, self.task, self.name, self.reference and self.tag))

    def fits(self, job: Job) -> bool:
        return (
            job.deleted_at is None
            and self.status in (None, job.status)
            and self.task in (None, job.task)
            and self.reference in (None, job.reference)
            and (self.tag is None or self.tag in (job.tags or ()))
            and (self.name is None or self._is_part_of_name(job))
        )

    def _is_part_of_name(self, job: Job) -> bool:
        part = (self.name or "").casefold()
        names = (job.name, (job.input or {}).get("name"))
        return any(part in name.casefold() for name in names if name)


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
    pages = _read_jobs(
        system,
        tenant,
        wanted,
        cursor,
        since=None if wanted.since is None else first_id_at(wanted.since),
        up_to=None if wanted.before is None else first_id_at(wanted.before),
        newest_first=newest_first,
        limit=PAGE_SIZE if wanted.reads_others else min(limit, PAGE_SIZE),
    )
    for page in islice(pages, MAX_INDEX_PAGES):
        for job in page.items:
            if job["expires_at"] > now and wanted.fits(each := Job.of(job)):
                found.append(each)
            if len(found) == limit:
                more = page.cursor is not None or job is not page.items[-1]
                return JobPage(found, _position(tenant, job["id"]) if more else None)
        position = page.cursor
    return JobPage(found, _position(tenant, position["id"]) if position else None)


def _read_jobs(
    system: System, tenant: str, wanted: Wanted, cursor: Item | None, **options: Any
) -> Iterator[IndexPage]:
    """Yield pages of jobs' items. The cursor of each has the `id` of its last job.

    `options` are those of `Table.query`.
    """
    labels = label_partitions(tenant, wanted.reference, [wanted.tag] if wanted.tag else [])
    if not labels:
        yield from read_pages(system.table, TENANT, tenant_partition(tenant), cursor=cursor, **options)
        return
    start = {"pk": labels[0], "sk": cursor["id"]} if cursor else None
    for page in read_pages(system.table, PRIMARY, labels[0], cursor=start, **options):
        keys = [job_key(item["sk"]) for item in page.items]
        jobs = system.table.get_many(keys) if keys else {}
        last = {"id": page.cursor["sk"]} if page.cursor else None
        yield IndexPage([jobs[key] for key in keys if key in jobs], last)


def _position(tenant: str, job_id: str) -> Item:
    return {**job_key(job_id)._asdict(), TENANT.partition: tenant_partition(tenant), TENANT.sort: job_id}
