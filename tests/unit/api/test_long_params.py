"""Jobs with long params: every list stays below what Lambda may answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heavylift.ports.table import Change
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import Params
from tests.support.in_process_api import ApiWorld
from tests.support.world import CITE, QUEUE

MAX_ANSWER = 5_000_000
JOBS = 100
ROWS = [{"text": "x" * 90} for _ in range(1000)]
"""About 100 KB."""


class RowParams(Params):
    rows: tuple[dict[str, str], ...] = ()
    short: int = 1


ROW_TASK = replace(CITE, name="rows", params=RowParams, job_params={})


@pytest.fixture
def world() -> ApiWorld:
    made = ApiWorld(require_api_key=False)
    TASKS[ROW_TASK.name] = ROW_TASK
    for _ in range(JOBS):
        job = submit(made.system, Submission("default", ROW_TASK.name, {"rows": ROWS}))
        made.clock.sleep(0.01)
        made.table.update(Change(job.key, set={"result": {"rows": ROWS}}))
    return made


def test_a_list_leaves_out_long_values_and_names_them(world: ApiWorld) -> None:
    answer = world.api.client().get("/v1/jobs", params={"limit": JOBS})
    assert len(answer.content) < MAX_ANSWER
    first = answer.json()["items"][0]
    assert len(answer.json()["items"]) == JOBS
    assert (first["params"], first["result"]) == ({"short": 1}, None)
    assert first["elided"] == ["/params/rows", "/result"]
    whole = world.api.client().get(first["links"]["self"]).json()
    assert (len(whole["params"]["rows"]), whole["elided"]) == (1000, [])


def test_a_queue_and_its_dead_letters_stay_small(world: ApiWorld) -> None:
    client = world.api.client()
    assert len(client.get(f"/v1/queues/{QUEUE}", params={"limit": JOBS}).content) < MAX_ANSWER
    now = world.clock.now()
    for key in list(world.table.items):
        dead = {"dead_pk": "DEAD#default", "status": "FAILED", "phase": "finished", "ended_at": now}
        world.table.update(Change(key, set=dead))
    assert len(client.get("/v1/dead-letters", params={"limit": JOBS}).content) < MAX_ANSWER
    answer = client.post("/v1/dead-letters/redrive", json={"queue": QUEUE})
    assert (answer.status_code, len(answer.json()["jobs"])) == (200, JOBS)
    assert len(answer.content) < MAX_ANSWER


def test_many_params_of_middle_length_are_limited_in_total() -> None:
    world = ApiWorld(require_api_key=False)
    job = submit(world.system, Submission("default", CITE.name, {}))
    params = {f"text_{number:02}": "x" * 900 for number in range(90)}
    world.table.update(Change(job.key, set={"params": params}))
    answer = world.api.client().get("/v1/jobs")
    assert len(answer.content) * JOBS < MAX_ANSWER
    [shown] = answer.json()["items"]
    assert list(shown["params"]) == sorted(params)[:11]
    assert shown["elided"] == [f"/params/{name}" for name in sorted(params)[11:]]
