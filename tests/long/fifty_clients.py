"""Fifty clients at once on an embedded stack: how many processes, how much memory: `make test-clients`."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from infra.local import emulator, stack
from infra.local.deploy import read_outputs
from infra.local.instance import ROOT, LocalInstance
from infra.local.worker_start import start_workers
from tests.support.ports import find_free_port

CLIENTS = 50
JOBS = int(os.environ.get("CLIENTS_JOBS", "500"))
MAX_MEMORY = 2 * 1024**3
SAMPLE = (ROOT / "samples" / "sample.pdf").read_bytes()
PAGES = "pdf-to-images"
"""The task of the first client, so that another worker runs, too."""
ANSWER_S = 120
"""How long a client waits for an answer. It covers the line for a process of the api."""


@dataclass
class Meter:
    """The largest number of processes and bytes of a stack while the meter runs."""

    leader: psutil.Process
    api: str
    most: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.over.wait(0.5):
            self._measure()

    def _measure(self) -> None:
        found: Counter[str] = Counter()
        for process in (self.leader, *self.leader.children(recursive=True)):
            try:
                found["bytes"] += process.memory_full_info().pss
                found["processes"] += 1
                found["api"] += self.api in " ".join(process.cmdline())
            except psutil.NoSuchProcess:
                continue
        self.most |= found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[LocalInstance]:
    found = LocalInstance(find_free_port(), tmp_path)
    try:
        stack.up(found, tied_to_parent=True)
        start_workers(found)
        yield found
    finally:
        stack.down(found)


def run_client(place: LocalInstance, number: int, jobs: int) -> Counter[str]:
    """Submit jobs one after the other and wait for each. Return how many answers had which status."""
    statuses: Counter[str] = Counter()
    form: Any = {"data": {"task": "message"}, "files": {"params": (None, '{"seconds": 0.0}')}}
    if number == 0:
        form = {"data": {"task": PAGES}, "files": {"file": ("sample.pdf", SAMPLE, "application/pdf")}}
    with httpx.Client(base_url=place.api_url, timeout=ANSWER_S, trust_env=False) as client:
        for _ in range(jobs):
            answer = client.post("/v1/jobs", **form, headers={"Prefer": "wait=10"})
            statuses[str(answer.status_code)] += 1
            while answer.is_success and answer.json()["status"] == "PROCESSING":
                time.sleep(int(answer.headers.get("Retry-After", "1")))
                answer = client.get(f"/v1/jobs/{answer.json()['id']}", headers={"Prefer": "wait=10"})
                statuses[str(answer.status_code)] += 1
            statuses["done"] += answer.is_success and answer.json()["status"] == "DONE"
    return statuses


def test_fifty_clients_at_once_stay_within_two_gigabytes(place: LocalInstance) -> None:
    leader = emulator.find_pid(place)
    assert leader is not None
    meter = Meter(psutil.Process(leader), read_outputs(place)["ApiFunctionName"])
    thread = threading.Thread(target=meter.run)
    thread.start()
    began = time.monotonic()
    try:
        with ThreadPoolExecutor(CLIENTS) as pool:
            counts = sum(
                pool.map(lambda number: run_client(place, number, JOBS // CLIENTS), range(CLIENTS)),
                Counter[str](),
            )
    finally:
        meter.over.set()
        thread.join()
    sys.stdout.write(
        f"{CLIENTS} clients, {JOBS} jobs in {time.monotonic() - began:.0f} s: {dict(counts)};"
        f" at most {meter.most['processes']} processes, {meter.most['api']} of the api,"
        f" {meter.most['bytes'] / 1024**2:.0f} MB\n"
    )
    assert counts["done"] == JOBS
    assert set(counts) <= {"200", "202", "done"}, counts
    assert meter.most["api"] <= emulator.API_PROCESSES
    assert meter.most["bytes"] <= MAX_MEMORY
