"""kill -9 of a worker in the middle of a job."""

from __future__ import annotations

import time
from collections import Counter

from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import make_text_pdf

PAGES = 20
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


def test_a_job_whose_worker_is_killed_ends_and_no_output_is_doubled(stack: Stack) -> None:
    api = Api(stack.api_url)
    job = api.submit_job(make_text_pdf(PAGES), params=PARAMS)
    until = time.monotonic() + 30
    while (now := api.job(job["id"], wait_s=5))["progress"]["done"] == 0 and time.monotonic() < until:
        assert now["phase"] != "finished", "the job was too quick to be killed"
    killed = stack.workers(stack.outputs["PagesFunctionName"])
    assert killed
    for worker in killed:
        worker.kill()
    # Its lease ends, the janitor rescues it, and the pages are drawn again.
    ended = api.wait_until_finished(job["id"], 180)
    assert ended["status"] == "DONE", ended["attempts"]
    assert max(read_attempts(stack, job["id"])) >= 2
    names = Counter(output["name"] for output in api.outputs(job["id"]))
    assert len(names) == PAGES
    assert set(names.values()) == {1}
    stored = stack.aws.client("s3").list_objects_v2(
        Bucket=stack.outputs["BucketName"], Prefix=f"jobs/{job['id']}/outputs/"
    )
    assert stored["KeyCount"] == PAGES
