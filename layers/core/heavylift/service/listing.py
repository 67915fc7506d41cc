"""Lists of a tenant's jobs: all jobs, newest first, and the open jobs of a queue."""

from __future__ import annotations

from dataclasses import dataclass

from heavylift.errors import NotFound
from heavylift.jobs.job import OPEN_SHARDS, Job, Status, open_partition
from heavylift.ports.system import System
from heavylift.ports.table import OPEN, TENANT, Item
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


def query_jobs(
    system: System,
    tenant: str,
    *,
    status: Status | None = None,
    task: str | None = None,
    limit: int = 20,
    cursor: Item | None = None,
) -> JobPage:
    """Return one page of a tenant's jobs, newest first, optionally of one status or task.

    A page may hold fewer than `limit` jobs; the list ends when `cursor` is None.
    """
    partition, now = tenant_partition(tenant), system.clock.now()
    size = limit if status is None and task is None else max(limit, PAGE_SIZE)
    found: list[Job] = []
    for _ in range(MAX_INDEX_PAGES):
        page = system.table.query(TENANT, partition, newest_first=True, limit=size, cursor=cursor)
        for item in page.items:
            if _matches(item, status, task) and item["expires_at"] > now:
                found.append(Job.of(item))
            if len(found) == limit:
                last = item is page.items[-1]
                return JobPage(found, page.cursor if last else _cursor_at(item))
        cursor = page.cursor
        if cursor is None:
            break
    return JobPage(found, cursor)


def _matches(item: Item, status: Status | None, task: str | None) -> bool:
    return (status is None or item["status"] == status) and (task is None or item["task"] == task)


def _cursor_at(item: Item) -> Item:
    return {name: item[name] for name in ("pk", "sk", TENANT.partition, TENANT.sort)}


def unknown_queue(name: str) -> NotFound:
    """Return the error for a queue that does not exist."""
    return NotFound(f"There is no queue {name!r}; GET /v1/queues lists them.")


def query_open_jobs(system: System, tenant: str, queue: str) -> list[Job]:
    """Return the tenant's jobs that are queued or running in a queue, newest first.

    Reads at most `MAX_INDEX_PAGES` pages of each partition, so a very long list is incomplete.
    """
    found = [
        Job.of(item)
        for task in [spec.name for spec in TASKS.values() if spec.queue == queue]
        for shard in range(OPEN_SHARDS)
        for item in _query_open(system, open_partition(task, shard))
        if item["sk"] == "JOB" and item["tenant"] == tenant
    ]
    return sorted(found, key=lambda job: job.id, reverse=True)


def _query_open(system: System, partition: str) -> list[Item]:
    found: list[Item] = []
    cursor: Item | None = None
    for _ in range(MAX_INDEX_PAGES):
        page = system.table.query(OPEN, partition, limit=PAGE_SIZE, cursor=cursor)
        found += page.items
        cursor = page.cursor
        if cursor is None:
            break
    return found
