"""Jobs whose costs are counted: small ones, ones of 17 pages, ones with long params, waiting and running."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from heavylift.adapters.memory.scheduler import MemoryScheduler
from heavylift.jobs.job import Job
from heavylift.recovery.janitor import Janitor
from heavylift.recovery.schedules import ScheduleSweep
from heavylift.recovery.sweep import sweep_all
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.registry import TASKS, register_tasks
from heavylift.tasks.spec import Params
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result
from infra.local.instance import ROOT
from tests.support.in_process_api import InProcessApi
from tests.support.meter import attach_meter
from tests.support.world import COPY, QUEUE, TEXT, CopyTask, World

POLL_S = 0.5
"""How often a worker tells its context that it still works (functions/sandbox/keeper.py)."""
MINUTE_S = 60
LINE = 10
DIMENSION_SETS = 2
"""Of each metric: by function, and by stack (heavylift/runtime/metrics.py)."""
LONG = "x" * 96_000


class MeteredParams(Params):
    rows: str = ""


METERED = replace(COPY, name="metered", params=MeteredParams, limits={"max_bytes": 1_000_000})


class MeteredTask(CopyTask):
    """Publishes `units` outputs in `seconds`, and counts one unit of progress for each."""

    world: World

    def __init__(self, units: int, seconds: float) -> None:
        super().__init__(spec=METERED)
        self.units, self.seconds = units, seconds

    def plan(self, work: JobContext[Any]) -> Plan:
        return Plan(({"number": 1},), total=self.units)

    def run(self, work: JobContext[Any], part: PartSpec) -> Result:
        made = work.directory / "made"
        made.write_bytes(work.input.read_bytes())
        done, began = 0, self.world.clock.now()
        while done < self.units:
            self.world.clock.sleep(min(POLL_S, self.seconds / self.units))
            due = int((self.world.clock.now() - began) / self.seconds * self.units + 1e-6)
            for number in range(done, min(due, self.units)):
                work.publish(f"page-{number}.png", made, "image/png")
            work.advance(min(due, self.units) - done)
            done = min(due, self.units)
        return {"pages": done}

    def join(self, work: JobContext[Any], results: list[Result]) -> Result:
        return results[0]


class MeteredWorld(World):
    """A World with the metered task. `counts` has what its ports were asked for."""

    def __init__(self, units: int = 1, seconds: float = 0.1, params: dict[str, Any] | None = None) -> None:
        task = MeteredTask(units, seconds)
        super().__init__(task)
        TASKS[METERED.name] = METERED
        task.world = self
        self.params = params or {}
        self.counts = attach_meter(self)

    def submit(self, **params: Any) -> Job:
        given = Submission("me", METERED.name, self.params | params, TEXT + b"hello")
        return submit(self.system, given)

    def count(self, act: Callable[[], object]) -> Counter[str]:
        """Return what the call of `act` costs."""
        self.counts.clear()
        act()
        return Counter(self.counts)


def count_job(units: int = 1, seconds: float = 0.1, params: dict[str, Any] | None = None) -> Counter[str]:
    """Return what a job costs from its submission over HTTP to its end, without waits and polls."""
    world = MeteredWorld(units, seconds, params)
    api = InProcessApi(world.system, requests_per_minute=60, queue_limit=1000)
    client = api.client(api.key("me"))
    fields = {"task": METERED.name, **({"params": json.dumps(params)} if params else {})}

    def run() -> None:
        answer = client.post("/v1/jobs", data=fields, files={"file": ("a.txt", TEXT + b"hello")})
        assert answer.status_code == 202, answer.text
        world.work()
        job = client.get(answer.json()["links"]["self"]).json()
        assert job["status"] == "DONE", job

    return world.count(run)


def count_client_wait(seconds: int, params: dict[str, Any] | None = None) -> Counter[str]:
    """Return what one request costs that waits for a queued job (`Prefer: wait`)."""
    world = MeteredWorld(params=params)
    api = InProcessApi(world.system, waits_per_tenant=50)
    client, job = api.client(api.key("me")), world.submit()
    client.get(f"/v1/jobs/{job.id}")  # the key is known

    def wait() -> None:
        answer = client.get(f"/v1/jobs/{job.id}", headers={"Prefer": f"wait={seconds}"})
        assert answer.headers["Preference-Applied"] == f"wait={seconds}"

    return world.count(wait)


def count_line(minutes: int, params: dict[str, Any] | None = None) -> Counter[str]:
    """Return what ten jobs cost that wait in line for `minutes`, with a sweep each minute."""
    world = MeteredWorld(params=params)
    for _ in range(LINE):
        world.submit()

    def wait() -> None:
        for _ in range(minutes):
            world.clock.sleep(MINUTE_S)
            Janitor(world.system, world.clock.now() + MINUTE_S).run()

    counts = world.count(wait)
    assert len(world.queue.queues[QUEUE]) == LINE
    return counts


def count_idle_sweep() -> tuple[Counter[str], int]:
    """Return what a sweep costs when no job is open, and how many metrics it writes."""
    world = MeteredWorld()
    counts: Counter[str] = Counter()
    with patch.dict(TASKS, clear=True):
        register_tasks(ROOT / "functions")
        ends_at = world.clock.now() + MINUTE_S
        cost = world.count(lambda: counts.update(sweep_all(world.system, world.queue, ends_at)))
        cost += world.count(ScheduleSweep(world.system, MemoryScheduler(), ends_at).run)
    return cost, len(counts) * DIMENSION_SETS
