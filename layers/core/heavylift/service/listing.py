"""Lists of a tenant's jobs: those of an index, and the open jobs of a queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from heavylift.errors import NotFound
from heavylift.jobs.job import OPEN_SHARDS, Job, gone_at_of, open_partition
from heavylift.ports.lanes import worker_of
from heavylift.ports.system import System
from heavylift.ports.table import OPEN, Index, Item, read_pages
from heavylift.tasks.registry import TASKS

MAX_INDEX_PAGES = 10
"""The most index pages that one call reads when few items match."""
PAGE_SIZE = 100


@dataclass(frozen=True)
class JobPage:
    """A page of jobs, newest first. `cursor` continues the list; None at the end."""

    jobs: list[Job]
    cursor: Item | None


def tenant_partition(tenant: str) -> str:
    return f"TENANT#{tenant}"


def query_matching(
    system: System,
    index: Index,
    partition: str,
    wanted: Mapping[str, str | None],
    *,
    limit: int,
    cursor: Item | None,
) -> JobPage:
    """Return a page of an index's jobs that have not expired and have the `wanted` values.

    None stands for any value.
    """
    now = system.clock.now()
    exact = {name: value for name, value in wanted.items() if value is not None}
    size = max(limit, PAGE_SIZE) if exact else limit
    pages = read_pages(system.table, index, partition, newest_first=True, limit=size, cursor=cursor)
    found: list[Job] = []
    for page in islice(pages, MAX_INDEX_PAGES):
        cursor = page.cursor
        for item in page.items:
            if gone_at_of(item) > now and all(item[name] == value for name, value in exact.items()):
                found.append(Job.of(item))
            if len(found) == limit:
                last = item is page.items[-1]
                return JobPage(found, cursor if last else _cursor_at(item, index))
    return JobPage(found, cursor)


def _cursor_at(item: Item, index: Index) -> Item:
    return {name: item[name] for name in ("pk", "sk", index.partition, index.sort)}


def unknown_queue(name: str) -> NotFound:
    """Return the error for a queue that does not exist."""
    return NotFound(f"There is no queue {name!r}; GET /v1/queues lists them.")


def query_open_jobs(system: System, tenant: str, queue: str) -> list[Job]:
    """Return the tenant's jobs that are queued or running in a queue, newest first.

    Reads at most `MAX_INDEX_PAGES` pages of each partition, so a very long list is incomplete.
    """
    found = [
        Job.of(item)
        for task in [spec.name for spec in TASKS.values() if spec.queue == worker_of(queue)]
        for shard in range(OPEN_SHARDS)
        for item in _query_open(system, open_partition(task, shard))
        if item["sk"] == "JOB" and item["tenant"] == tenant and item["queue"] == queue
    ]
    return sorted(found, key=lambda job: job.id, reverse=True)


def _query_open(system: System, partition: str) -> list[Item]:
    pages = islice(read_pages(system.table, OPEN, partition, limit=PAGE_SIZE), MAX_INDEX_PAGES)
    return [item for page in pages for item in page.items]
