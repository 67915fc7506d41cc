"""The meter counts what the adapters ask of AWS: the same job on moto makes the same calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import boto3
from moto import mock_aws

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.adapters.aws.s3 import S3Objects
from heavylift.adapters.aws.sqs import SqsQueue
from heavylift.ports.queue import Done, Message
from heavylift.worker.outcome import JobOutcome
from tests.contract.conftest import ACCESS, create_table
from tests.support.metered_jobs import MeteredWorld
from tests.support.world import QUEUE

PREFIX = "q-"
ONCE_FOR_EACH_PROCESS = "GetQueueUrl"


def make_stack(calls: Counter[str]) -> dict[str, Any]:
    """Create table, queue and bucket on moto. Return their ports, whose calls are counted."""

    def count(model: Any, **_more: Any) -> None:
        calls[model.name] += 1

    clients: dict[str, Any] = {name: boto3.client(name, **ACCESS) for name in ("dynamodb", "sqs", "s3")}
    create_table(clients["dynamodb"], "t")
    clients["sqs"].create_queue(QueueName=PREFIX + QUEUE)
    clients["s3"].create_bucket(Bucket="bucket")
    for client in clients.values():
        client.meta.events.register("before-call", count)
    return {
        "table": DynamoTable(clients["dynamodb"], "t"),
        "queue": SqsQueue(clients["sqs"], PREFIX),
        "objects": S3Objects(clients["s3"], "bucket"),
    }


def receive(_queue: str) -> str:
    """Return the receipt of the queue's message, by a client whose calls are not counted."""
    poller = boto3.client("sqs", **ACCESS)
    url = poller.get_queue_url(QueueName=PREFIX + QUEUE)["QueueUrl"]
    return str(poller.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"])


def run_job(world: MeteredWorld, poll: Callable[[str], str]) -> None:
    """Submit a job and run its message as Lambda would."""
    job = world.submit()
    outcome = world.runner().run(Message(job.id), poll(QUEUE), world.invocation())
    assert outcome == Done(JobOutcome.DONE)


def test_a_job_on_moto_makes_the_calls_that_the_meter_counts() -> None:
    world, metered = MeteredWorld(), MeteredWorld()
    run_job(metered, lambda queue: metered.queue.receive(queue).receipt)  # type: ignore[union-attr]
    calls: Counter[str] = Counter()
    with mock_aws():
        for name, port in make_stack(calls).items():
            object.__setattr__(world.system, name, port)
        run_job(world, receive)
    wanted = {name: times for name, times in metered.counts.items() if name[0].isupper()}
    assert wanted.pop("ReceiveMessage") == 1  # by Lambda
    assert calls.pop(ONCE_FOR_EACH_PROCESS) == 1
    assert calls == wanted
