"""Measures each list, filter and count of jobs: its time, and the read units that DynamoDB counts.

    python benchmarks/search.py [--endpoint http://127.0.0.1:8000] [--jobs 100000]

The endpoint is a DynamoDB Local, or another program that speaks its protocol. The table is made as
template.yaml describes it, filled with the jobs of two tenants, one with 100 and one with all, and deleted
afterwards. Units are those that the service returns (ReturnConsumedCapacity). A program that returns none
shows `-`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "core"), str(ROOT / "functions")]

from api.schemas.jobs import JobList  # noqa: E402
from benchmarks.dynamodb_local import Meter, connect, create_table, read_options  # noqa: E402
from heavylift.adapters.aws.dynamodb import DynamoTable  # noqa: E402
from heavylift.adapters.aws.expressions import item_to_wire  # noqa: E402
from heavylift.adapters.memory.objects import MemoryObjects  # noqa: E402
from heavylift.adapters.memory.queue import MemoryQueue  # noqa: E402
from heavylift.adapters.system_clock import SystemClock  # noqa: E402
from heavylift.jobs.ids import new_id  # noqa: E402
from heavylift.jobs.job import Job, job_key, new_item  # noqa: E402
from heavylift.jobs.label_lists import label_items  # noqa: E402
from heavylift.jobs.states import CANCELED, DONE, FAILED, Status  # noqa: E402
from heavylift.ports.system import System  # noqa: E402
from heavylift.ports.table import Item  # noqa: E402
from heavylift.service.counts import count_jobs  # noqa: E402
from heavylift.service.list_view import view_in_list  # noqa: E402
from heavylift.service.listing import tenant_partition  # noqa: E402
from heavylift.service.search import search_jobs  # noqa: E402
from heavylift.service.wanted import Wanted  # noqa: E402
from heavylift.settings import Settings  # noqa: E402

RUNS, FEW = 5, 100
THREADS, BATCH, AT_ONCE = 4, 25, 100
TAGGED = 10
"""Each tenth job has a tag and a reference."""


def split(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Yield the items in batches, as many as one call writes."""
    while batch := list(islice(items, BATCH)):
        yield batch


@dataclass
class Stand:
    """A filled table, and the system that reads it."""

    client: Any
    jobs: int
    table: str = field(default_factory=lambda: f"search-{uuid4().hex[:8]}")
    meter: Meter = field(default_factory=Meter)

    def __post_init__(self) -> None:
        clock = SystemClock()
        settings = Settings(table_name=self.table, bucket_name="b", queue_prefix="q-")
        table, queue = DynamoTable(self.client, self.table), MemoryQueue(clock, visibility_s=60)
        self.system = System(table, queue, MemoryObjects(), clock, settings)
        self.began = clock.now()

    def fill(self) -> None:
        """Create the table and its items."""
        create_table(self.client, self.table)
        tenants = (("many", self.jobs), ("few", FEW))
        items = (item for tenant, count in tenants for item in self._items(tenant, count))
        batches = split(items)
        with ThreadPoolExecutor(THREADS) as pool:
            while some := list(islice(batches, AT_ONCE)):
                list(pool.map(self._put, some))

    def _items(self, tenant: str, count: int) -> Iterator[Item]:
        for number in range(count):
            job = make_job(tenant, number, self.began, count)
            yield {**new_item(job), "tenant_pk": tenant_partition(tenant)}
            yield from label_items(job, job.expires_at)

    def _put(self, items: list[Item]) -> None:
        asked: Any = {self.table: [{"PutRequest": {"Item": item_to_wire(item)}} for item in items]}
        while asked:
            asked = self.client.batch_write_item(RequestItems=asked).get("UnprocessedItems")


def make_job(tenant: str, number: int, began: float, count: int) -> Job:
    """Return a job of an ordinary size. The last one is the newest."""
    created_at = began - count + number
    job_id = new_id(created_at)
    state = {0: FAILED, 1: CANCELED}.get(number % 50, DONE)
    tagged = number % TAGGED == 0
    return Job(
        **job_key(job_id)._asdict(),
        **state._asdict(),
        id=job_id,
        tenant=tenant,
        task="pdf-to-images" if number % 3 else "ocr",
        queue="pages",
        params={"dpi": 200, "pages": "1-17", "format": "png", "engine": "auto", "password": None},
        input={
            "key": f"jobs/{job_id}/input",
            "bytes": 48213,
            "media_type": "application/pdf",
            "name": f"report-{number}.pdf",
        },
        name=f"Report {number}",
        reference=f"order-{number}" if tagged else None,
        tags=[f"month-{number // TAGGED % 10}"] if tagged else None,
        max_attempts=3,
        attempt=1,
        fence=1,
        created_at=created_at,
        updated_at=created_at + 5,
        started_at=created_at + 1,
        claimed_at=created_at + 1,
        ended_at=created_at + 5,
        deadline=created_at + 3600,
        expires_at=int(began + 86400),
        done=17,
        total=17,
        result={"pages": 17, "format": "png", "warnings": []},
        outputs={"manifest": f"jobs/{job_id}/manifest-1.json", "count": 17, "bytes": 9_437_184},
        billed_ms=4000,
        memory_mb=1769,
    )


@dataclass(frozen=True)
class Look:
    """A list or a count, as a client asks for it."""

    name: str
    wanted: Wanted
    tenant: str = "many"
    limit: int = 20
    newest_first: bool = True
    counts: bool = False

    def run(self, system: System) -> tuple[int, int]:
        """Return how many jobs the first page has or counts, and the bytes of its answer."""
        if self.counts:
            counted = count_jobs(system, self.tenant, self.wanted)
            return counted.by_status.total(), 0
        page = search_jobs(system, self.tenant, self.wanted, newest_first=self.newest_first, limit=self.limit)
        listed = JobList(items=[view_in_list(job, "") for job in page.jobs], next=None)
        return len(page.jobs), len(listed.model_dump_json())


def list_looks(stand: Stand) -> list[Look]:
    middle = stand.began - stand.jobs / 2
    everything, failed = Wanted(), Wanted(status=Status.FAILED)
    tag = Wanted(tag="month-3")
    reference = Wanted(reference=f"order-{stand.jobs // 2 // TAGGED * TAGGED}")
    return [
        Look("the newest 20, of 100 jobs", everything, tenant="few"),
        Look("the newest 20", everything),
        Look("the newest 100, of 100 jobs", everything, tenant="few", limit=100),
        Look("the newest 100", everything, limit=100),
        Look("the oldest 20", everything, newest_first=False),
        Look("20 of the middle: since, before", Wanted(since=middle, before=middle + 3600)),
        Look("20 FAILED, 2 % of all", failed),
        Look("20 ocr, a third of all", Wanted(task="ocr")),
        Look("20 of a name, no job has it", Wanted(name="no such name")),
        Look("20 of a tag", tag),
        Look("100 of a tag", tag, limit=100),
        Look("20 of a tag and a status, none has both", replace(tag, status=Status.FAILED)),
        Look("one of a reference", reference),
        Look("counts, of 100 jobs", everything, tenant="few", counts=True),
        Look("counts", everything, counts=True),
        Look("counts of a task", Wanted(task="ocr"), counts=True),
        Look("counts of a tag", tag, counts=True),
        Look("counts of an hour", Wanted(since=middle, before=middle + 3600), counts=True),
    ]


def measure(stand: Stand, look: Look) -> str:
    """Return the row of a table: what was found, the calls, units, milliseconds and bytes."""
    times = []
    for _ in range(RUNS):
        stand.meter.clear()
        began = time.perf_counter()
        found, size = look.run(stand.system)
        times.append((time.perf_counter() - began) * 1000)
    read, calls = stand.meter.reads.total(), stand.meter.calls.total()
    units = f"{read:,.1f}" if read else "-"
    kilobytes = f"{size / 1000:,.0f}" if size else ""
    cells = (look.name, f"{found:,}", calls, units, f"{statistics.median(times):,.0f}", kilobytes)
    return f"| {' | '.join(map(str, cells))} |"


def show(stand: Stand, write: Callable[[str], object]) -> None:
    began = time.perf_counter()
    stand.fill()
    write(f"{stand.jobs:,} jobs of a tenant, written in {time.perf_counter() - began:.0f} s\n\n")
    write("| asked for | found | calls | read units | ms | KB |\n|---|---|---|---|---|---|\n")
    stand.meter.attach(stand.client)
    for look in list_looks(stand):
        write(measure(stand, look) + "\n")


def main() -> None:
    options = read_options(__doc__)
    client = connect(options.endpoint)
    stand = Stand(client, options.jobs)
    try:
        show(stand, sys.stdout.write)
    finally:
        client.delete_table(TableName=stand.table)


if __name__ == "__main__":
    main()
