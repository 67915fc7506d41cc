"""The records of jobs in the table of a deployed stack."""

from __future__ import annotations

from heavylift.adapters.aws.expressions import item_from_wire
from heavylift.jobs.job import job_key
from heavylift.ports.table import Item
from tests.e2e.conftest import Stack


def read_record(stack: Stack, job_id: str) -> Item:
    """Return the record of a job. Raises KeyError if it has none."""
    key = {name: {"S": value} for name, value in job_key(job_id)._asdict().items()}
    table = stack.outputs["TableName"]
    found = stack.aws.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
    return item_from_wire(found["Item"])


def read_jobs_of_batch(stack: Stack, batch_id: str) -> list[Item]:
    """Return the records of the batch's jobs, whatever their ids: the whole table is read."""
    pages = (
        stack.aws.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=stack.outputs["TableName"],
            FilterExpression="batch_id = :batch AND attribute_exists(task)",
            ExpressionAttributeValues={":batch": {"S": batch_id}},
            ConsistentRead=True,
        )
    )
    return [item_from_wire(item) for page in pages for item in page["Items"]]
