"""A tenant's jobs in lists: the newest ones, and those that wait or run in a queue."""

from __future__ import annotations

from dataclasses import dataclass

from heavylift.errors import NotFound
from heavylift.jobs.job import OPEN_SHARDS, Job, Status, open_partition
from heavylift.ports.system import System
from heavylift.ports.table import OPEN, TENANT, Item
from heavylift.tasks.registry import TASKS

MAX_INDEX_PAGES = 10
"""How many pages of the index one call reads where few of them match."""
PAGE = 100


@dataclass(frozen=True)
class JobList:
    """Some jobs, newest first; `cursor` goes on from there, None at the end."""

    jobs: list[Job]
    cursor: Item | None


def tenant_partition(tenant: str) -> str:
    return f"TENANT#{tenant}"


def newest_jobs(
    system: System,
    tenant: str,
    *,
    status: Status | None = None,
    task: str | None = None,
    limit: int = 20,
    cursor: Item | None = None,
) -> JobList:
    """A tenant's jobs, of one status or task if told so. May be short of `limit` before the end."""
    partition, now = tenant_partition(tenant), system.clock.now()
    size = limit if status is None and task is None else max(limit, PAGE)
    found: list[Job] = []
    for _ in range(MAX_INDEX_PAGES):
        page = system.table.query(TENANT, partition, newest_first=True, limit=size, cursor=cursor)
        for item in page.items:
            if _matches(item, status, task) and item["expires_at"] > now:
                found.append(Job.of(item))
            if len(found) == limit:
                last = item is page.items[-1]
                return JobList(found, page.cursor if last else _cursor_at(item))
        cursor = page.cursor
        if cursor is None:
            break
    return JobList(found, cursor)


def _matches(item: Item, status: Status | None, task: str | None) -> bool:
    return (status is None or item["status"] == status) and (task is None or item["task"] == task)


def _cursor_at(item: Item) -> Item:
    return {name: item[name] for name in ("pk", "sk", TENANT.partition, TENANT.sort)}


def no_such_queue(name: str) -> NotFound:
    return NotFound(f"There is no queue {name!r}; GET /v1/queues lists them.")


def open_jobs(system: System, tenant: str, queue: str) -> list[Job]:
    """The tenant's jobs queued or running in a queue, newest first; of very many, some."""
    found = [
        Job.of(item)
        for task in [spec.name for spec in TASKS.values() if spec.queue == queue]
        for shard in range(OPEN_SHARDS)
        for item in _open(system, open_partition(task, shard))
        if item["sk"] == "JOB" and item["tenant"] == tenant
    ]
    return sorted(found, key=lambda job: job.id, reverse=True)


def _open(system: System, partition: str) -> list[Item]:
    found: list[Item] = []
    cursor: Item | None = None
    for _ in range(MAX_INDEX_PAGES):
        page = system.table.query(OPEN, partition, limit=PAGE, cursor=cursor)
        found += page.items
        cursor = page.cursor
        if cursor is None:
            break
    return found
