"""Chaos on real processes: workers are killed at random, messages are doubled or lost, the janitor runs.

`make test` runs a short form, `make chaos` 300 small jobs and 10 fanned-out PDFs. Both print their figures.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psutil

from heavylift.jobs.job import job_key
from heavylift.ports.queue import Message
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import make_text_pdf

JOBS = int(os.environ.get("CHAOS_JOBS", "12"))
PDFS = int(os.environ.get("CHAOS_PDFS", "1"))
KILLING_S = float(os.environ.get("CHAOS_KILLING_S", "4"))
FANNED_OUT_PAGES = 40
DOUBLED = 0.3
LOST = float(os.environ.get("CHAOS_LOST", "0"))
"""Share of lost messages. The janitor replaces one when the queue is empty, after a minute or two."""
JANITOR_EVERY_S = 3.0
DEADLINE_S = 180 + JOBS
DECODER = json.JSONDecoder()


@dataclass
class Chaos:
    stack: Stack
    random: Random = field(default_factory=lambda: Random(1))
    killed: int = 0
    doubled: int = 0
    lost: int = 0
    swept: Counter[str] = field(default_factory=Counter)
    fanned_out: list[str] = field(default_factory=list)
    done_before: dict[str, tuple[int, float]] = field(default_factory=dict)
    """The parts that were done before the first kill."""
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        outputs = self.stack.outputs
        self.sqs: Any = self.stack.aws.client("sqs")
        self.url = self.sqs.get_queue_url(QueueName=outputs["PagesQueueName"])["QueueUrl"]
        self.pages, self.janitor = outputs["PagesFunctionName"], outputs["JanitorFunctionName"]

    def upset_queue(self, job_id: str) -> None:
        """Send the job's message again, or delete a message, at random."""
        if self.random.random() < DOUBLED:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=Message(job_id).encode())
            self.doubled += 1
        if self.random.random() < LOST:
            for message in self.sqs.receive_message(QueueUrl=self.url).get("Messages", []):
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                self.lost += 1

    def kill_workers(self) -> None:
        """Kill workers at random, at least one, once some parts are done."""
        while not self.done_before and not self.over.wait(0.05):
            for job_id in self.fanned_out:
                self.done_before.update(read_parts(self.stack, job_id, "DONE"))
        until = time.monotonic() + KILLING_S
        while not self.over.is_set() and (time.monotonic() < until or not self.killed):
            workers = self.stack.workers(self.pages)
            if workers:
                try:
                    self.random.choice(workers).kill()
                    self.killed += 1
                except psutil.NoSuchProcess:
                    pass
            self.over.wait(self.random.uniform(0.5, 3))

    def run_janitor(self) -> None:
        """Run the janitor more often than its schedule does."""
        client = self.stack.aws.client("lambda")
        while not self.over.wait(JANITOR_EVERY_S):
            answer = client.invoke(FunctionName=self.janitor, Payload=b"{}")
            self.swept.update(json.loads(answer["Payload"].read()))


def test_under_kills_doubles_and_losses_every_job_is_done_once(stack: Stack) -> None:
    api, chaos = Api(stack.api_url), Chaos(stack)
    small, large = make_text_pdf(1), make_text_pdf(FANNED_OUT_PAGES)
    started = time.monotonic()
    with ThreadPoolExecutor(2) as helpers:
        helping = [helpers.submit(chaos.kill_workers), helpers.submit(chaos.run_janitor)]
        try:
            pages: dict[str, int] = {}
            for number in range(JOBS + PDFS):
                document, count = (large, FANNED_OUT_PAGES) if number < PDFS else (small, 1)
                job = api.submit_job(document, params={"dpi": 36})
                pages[job["id"]] = count
                if count > 1:
                    chaos.fanned_out.append(job["id"])
                chaos.upset_queue(job["id"])
            ended = {job_id: api.wait_until_finished(job_id, DEADLINE_S) for job_id in pages}
        finally:
            chaos.over.set()
        for helper in helping:
            helper.result()

    assert {job["status"] for job in ended.values()} == {"DONE"}, [
        job for job in ended.values() if job["status"] != "DONE"
    ]
    for job_id, count in pages.items():
        names = [output["name"] for output in api.outputs(job_id)]
        assert names == [f"page-{number:04}.png" for number in range(1, count + 1)]
        assert ended[job_id]["progress"] == {"done": count, "total": count, "text": None}
    done_after = {
        part: claims
        for job_id in chaos.fanned_out
        for part, claims in read_parts(stack, job_id, "DONE").items()
    }
    assert chaos.done_before
    assert {part: done_after[part] for part in chaos.done_before} == chaos.done_before, "done, and done again"
    finished, handled = count_outcomes(stack, set(pages))
    assert max(finished.values()) == 1, "a job was finished twice"
    assert chaos.killed
    sys.stdout.write(
        f"\n{JOBS} small jobs and {PDFS} of {FANNED_OUT_PAGES} pages in {time.monotonic() - started:.0f} s: "
        f"{chaos.killed} workers killed, {chaos.doubled} messages doubled, {chaos.lost} lost; "
        f"0 jobs lost, 0 stuck, 0 done twice\n{dict(handled)}\njanitor: {dict(chaos.swept)}\n"
    )


def count_outcomes(stack: Stack, job_ids: set[str]) -> tuple[Counter[str], Counter[str]]:
    """Return how often each job was finished and the count of each outcome, from the workers' logs.

    Reads the stack's log files: the emulator's log service takes minutes for as many lines.
    When a container was killed, the emulator writes its whole log again. So equal entries are counted once:
    each has its time in milliseconds and the id of its invocation.
    """
    finished: Counter[str] = Counter()
    handled: Counter[str] = Counter()
    texts = {text for line in stack.raw_logs() if '"outcome"' in line for text in split_objects(line)}
    for entry in map(json.loads, texts):
        if "outcome" in entry and entry.get("job_id") in job_ids:
            handled[entry["outcome"]] += 1
            finished[entry["job_id"]] += entry["outcome"] == "JobsDone"
    return finished, handled


def split_objects(line: str) -> list[str]:
    """Return the texts of the line's JSON objects: two containers that write at once may share a line."""
    found = []
    start = line.find("{")
    while start != -1:
        try:
            _, end = DECODER.raw_decode(line, start)
        except ValueError:
            end = start + 1  # the rest of an object that another container's text cut
        else:
            found.append(line[start:end])
        start = line.find("{", end)
    return found


def read_parts(stack: Stack, job_id: str, status: str) -> dict[str, tuple[int, float]]:
    """Return part → number of claims and end time."""
    client = stack.aws.client("dynamodb")
    found = client.query(
        TableName=stack.outputs["TableName"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :part)",
        ExpressionAttributeValues={":pk": {"S": job_key(job_id).pk}, ":part": {"S": "PART#"}},
        ConsistentRead=True,
    )["Items"]
    return {
        f"{job_id} {item['id']['S']}": (int(item["fence"]["N"]), float(item["ended_at"]["N"]))
        for item in found
        if item["status"]["S"] == status
    }
