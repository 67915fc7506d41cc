"""A batch and chains of jobs, while workers, the batch's maker and the stream get SIGKILL at random.

pytest -q -s tests/long/killed_batches.py       part of `make chaos`; some minutes
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, pairwise
from random import Random
from typing import Any

import psutil
import pytest

from tests.e2e.conftest import Stack, start_stack
from tests.support.api import Api
from tests.support.receiver import Receiver, run_receiver
from tests.support.running_workers import find_processes
from tests.support.stack_records import read_jobs_of_batch, read_record

__all__ = ["start_stack"]

JOBS = int(os.environ.get("CHAOS_BATCH_JOBS", "500"))
CHAINS = int(os.environ.get("CHAOS_CHAINS", "10"))
LENGTH = 5
FAIL_RATE = 0.5
MAKER_KILLS, MAX_MAKER_KILLS = 2, 4
"""More than the first only until a kill comes in the middle of a chunk. A batch has five attempts."""
CHUNK_S = 0.15
"""Within so many seconds after the record of one chunk the maker is in the middle of the next."""
MAKER_TIMEOUT_S = 45
"""A killed maker's lease ends after its timeout: with the template's, each kill would cost five minutes."""
MAKER = "BatchesWorkerFunction"
KILLED = ("MessageWorkerFunction", "StreamFunction")
STARTED_S = 10.0
"""How long a process must have run: one that is killed while it starts has no work yet."""
JANITOR_EVERY_S = 3.0
DEADLINE_S = 420


@dataclass
class Killer:
    """Kills the processes of functions at random until the work is over."""

    stack: Stack
    batch_id: str = ""
    random: Random = field(default_factory=lambda: Random(1))
    killed: Counter[str] = field(default_factory=Counter)
    cut: int = 0
    """Kills of the maker that left jobs of which the batch's record did not know."""
    over: threading.Event = field(default_factory=threading.Event)

    def kill_one(self, function: str) -> None:
        """Kill a process of the function, if one has run for so long that it has work."""
        found = find_processes(self.stack.endpoint_url, function)
        self.random.shuffle(found)
        for process in found:
            try:
                if time.time() - process.create_time() < STARTED_S:
                    continue
                process.kill()
            except psutil.NoSuchProcess:
                continue
            self.killed[function] += 1
            return

    def kill_workers(self) -> None:
        while not self.over.wait(self.random.uniform(4, 10)):
            self.kill_one(self.random.choice(KILLED))

    def kill_maker(self) -> None:
        """Kill the maker while it makes jobs: when it has recorded a chunk more, not the last."""
        made = 0
        while self.killed[MAKER] < (MAKER_KILLS if self.cut else MAX_MAKER_KILLS) and not self.over.is_set():
            makers = find_processes(self.stack.endpoint_url, MAKER)
            before, made = made, int(self.read_batch().get("made") or 0)
            if made >= JOBS:
                return
            if made > before and makers:
                self.over.wait(self.random.uniform(0, CHUNK_S))
                for process in makers:
                    with suppress(psutil.NoSuchProcess):
                        process.kill()
                self.killed[MAKER] += 1
                self.over.wait(1)  # a write on its way may still arrive
                made = int(self.read_batch()["made"])
                self.cut += len(read_jobs_of_batch(self.stack, self.batch_id)) > made

    def read_batch(self) -> dict[str, Any]:
        return read_record(self.stack, self.batch_id)

    def run_janitor(self) -> None:
        """Run the janitor more often than its schedule does."""
        client = self.stack.aws.client("lambda")
        while not self.over.wait(JANITOR_EVERY_S):
            client.invoke(FunctionName=self.stack.outputs["JanitorFunctionName"], Payload=b"{}")


@pytest.fixture
def receiver(stack: Stack) -> Iterator[Receiver]:
    with run_receiver() as started, stack.reach(started.port) as host:
        started.host = host
        yield started


def test_a_batch_and_chains_end_once_and_in_order_under_kills(stack: Stack, receiver: Receiver) -> None:
    shorten_maker(stack)
    api, killer, started = Api(stack.api_url), Killer(stack), time.monotonic()
    killer.batch_id = submit_batch(api, receiver.url("/ended"))
    with ThreadPoolExecutor(3) as helpers:
        helping = [
            helpers.submit(each) for each in (killer.kill_workers, killer.kill_maker, killer.run_janitor)
        ]
        try:
            chains = [submit_chain(api, Random(number)) for number in range(CHAINS)]
            api.wait_until_finished(killer.batch_id, DEADLINE_S)
            for job_id in (each for chain in chains for each in chain):
                api.wait_until_finished(job_id, DEADLINE_S)
            receiver.wait("/ended", 1, DEADLINE_S)
        finally:
            killer.over.set()
        for helper in helping:
            helper.result()
    statuses = check_batch(stack, api, killer.batch_id)
    check_chains(stack, chains)
    check_callback(api, receiver, killer.batch_id)
    assert all(killer.killed[each] for each in (*KILLED, MAKER)), killer.killed
    assert killer.cut, "no kill came between the making of jobs and its record"
    sys.stdout.write(
        f"\n{JOBS} jobs of a batch {dict(statuses)} and {CHAINS} chains of {LENGTH} in "
        f"{time.monotonic() - started:.0f} s; killed: {dict(killer.killed)}, "
        f"{killer.cut} in the middle of a chunk\n"
    )


def check_batch(stack: Stack, api: Api, batch_id: str) -> Counter[str]:
    """Check that each item has one job, which has ended and is counted. Return how many have each status."""
    jobs = read_jobs_of_batch(stack, batch_id)
    places = Counter(int(job["batch"]["position"]) for job in jobs)
    assert places == Counter(range(1, JOBS + 1)), "a job was made twice, or not at all"
    assert {job["phase"] for job in jobs} == {"finished"}
    assert [job["id"] for job in jobs if job.get("counted") != job["status"]] == []
    statuses = Counter(str(job["status"]) for job in jobs)
    shown = api.get(f"/v1/batches/{batch_id}").json()
    counts = {name: shown["jobs"][name] for name in ("total", "made", "open", "done", "failed", "canceled")}
    assert counts == {
        "total": JOBS,
        "made": JOBS,
        "open": 0,
        "done": statuses["DONE"],
        "failed": statuses["FAILED"],
        "canceled": statuses["CANCELED"],
    }
    assert shown["status"] == ("DONE" if statuses["DONE"] == JOBS else "FAILED")
    return statuses


def check_chains(stack: Stack, chains: list[list[str]]) -> None:
    """Check that each job was freed after the end of the one before, or has failed with it."""
    for chain in chains:
        records = [read_record(stack, job_id) for job_id in chain]
        assert {each["phase"] for each in records} == {"finished"}, "a job still waits"
        for before, job in pairwise(records):
            if before["status"] == "DONE":
                assert job["freed_at"] >= before["ended_at"], (
                    f"{job['id']} ran before {before['id']} had ended"
                )
            else:
                assert job["status"] == "FAILED"
                assert job["error"]["type"].endswith("/upstream-failed")
    assert any(
        each["attempt"] > 1 for chain in chains for each in (read_record(stack, job_id) for job_id in chain)
    )


def check_callback(api: Api, receiver: Receiver, batch_id: str) -> None:
    """Check that the end was sent as one message: a sender that is killed may send it again, with its id."""
    sent = receiver.at("/ended")
    assert len({each.headers["webhook-id"] for each in sent}) == 1
    assert {json.loads(each.body)["id"] for each in sent} == {batch_id}
    assert api.job(batch_id)["callback"]["state"] in ("delivered", "pending")


def shorten_maker(stack: Stack) -> None:
    client = stack.aws.client("lambda")
    names = [
        each["FunctionName"]
        for page in client.get_paginator("list_functions").paginate()
        for each in page["Functions"]
    ]
    [maker] = [name for name in names if MAKER in name]
    client.update_function_configuration(FunctionName=maker, Timeout=MAKER_TIMEOUT_S)


def submit_batch(api: Api, callback_url: str) -> str:
    params = {"seconds": 0.1}
    items = [{"name": f"item {number}"} for number in range(1, JOBS + 1)]
    body = {"task": "message", "params": params, "items": items, "callback_url": callback_url}
    answer = api.post("/v1/batches", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def submit_chain(api: Api, random: Random) -> list[str]:
    """Submit jobs that wait for each other. The first attempt of each fails, the second does not."""
    chain: list[str] = []
    for _ in range(LENGTH):
        params = {"seconds": 0.2, "fail_rate": FAIL_RATE, "seed": find_seed(random)}
        after = {"after": chain[-1:]} if chain else {}
        answer = api.post("/v1/jobs", json={"task": "message", "params": params, **after})
        assert answer.status_code == 202, answer.text
        chain.append(str(answer.json()["id"]))
    return chain


def find_seed(random: Random) -> int:
    """Return a seed of the task `message` with which attempt 1 fails, and 2 and 3 do not."""
    for seed in count(random.randrange(1_000_000)):
        if [Random(f"{seed}/{attempt}").random() < FAIL_RATE for attempt in (1, 2, 3)] == [
            True,
            False,
            False,
        ]:
            return seed
    raise AssertionError
