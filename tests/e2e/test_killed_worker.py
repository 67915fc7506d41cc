"""kill -9 of a worker in the middle of a job."""

from __future__ import annotations

import time
from collections import Counter

from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import make_text_pdf

PAGES = (20, 30, 39)
"""Of one job after the other, until a worker is killed before its job is done."""
PARAMS = {"dpi": 300, "compression": "small"}
"""Some seconds of work: long enough for a kill, and well within an invocation even on a busy machine."""


def read_attempts(stack: Stack, job_id: str) -> list[int]:
    """Return the numbers of attempts of a job and its parts: whichever the killed workers had."""
    found = stack.aws.client("dynamodb").query(
        TableName=stack.outputs["TableName"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"JOB#{job_id}"}},
    )
    return [int(item["attempt"]["N"]) for item in found["Items"] if "attempt" in item]


def run_killed_job(stack: Stack, pages: int) -> int:
    """Run a job, and kill its worker. Return its attempts: 1 if it was done before the kill."""
    api = Api(stack.api_url)
    job = api.submit_job(make_text_pdf(pages), params=PARAMS)
    until = time.monotonic() + 30
    while (now := api.job(job["id"], wait_s=5))["progress"]["done"] == 0 and time.monotonic() < until:
        if now["phase"] == "finished":
            return 1
    for worker in stack.workers(stack.outputs["PagesFunctionName"]):
        worker.kill()
    # Its lease ends, the janitor rescues it, and the pages are drawn again.
    ended = api.wait_until_finished(job["id"], 180)
    assert ended["status"] == "DONE", ended["attempts"]
    names = Counter(output["name"] for output in api.outputs(job["id"]))
    assert len(names) == pages
    assert set(names.values()) == {1}
    stored = stack.aws.client("s3").list_objects_v2(
        Bucket=stack.outputs["BucketName"], Prefix=f"jobs/{job['id']}/outputs/"
    )
    assert stored["KeyCount"] == pages
    return max(read_attempts(stack, job["id"]))


def test_a_job_whose_worker_is_killed_ends_and_no_output_is_doubled(stack: Stack) -> None:
    assert any(run_killed_job(stack, pages) > 1 for pages in PAGES), "each job was done before the kill"
