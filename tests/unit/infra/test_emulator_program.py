"""What the emulator adds to MiniStack: the keys that a call of DynamoDB names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.emulator_program import LEADING_KEYS, add_leading_keys

ONE, TWO = ({"pk": {"S": each}, "sk": {"S": "JOB"}} for each in ("JOB#1", "IDEM#2"))


@pytest.mark.parametrize(
    ("request_", "keys"),
    [
        ({"Key": ONE}, ["JOB#1"]),
        ({"Item": TWO | {"more": {"N": "1"}}}, ["IDEM#2"]),
        ({"TransactItems": [{"Put": {"Item": ONE}}, {"Update": {"Key": TWO}}]}, ["JOB#1", "IDEM#2"]),
        ({"RequestItems": {"t": {"Keys": [ONE, TWO]}}}, ["JOB#1", "IDEM#2"]),
        (
            {
                "KeyConditionExpression": "#a = :p AND begins_with(sk, :s)",
                "ExpressionAttributeValues": {":p": {"S": "JOB#1"}, ":s": {"S": "PART#"}},
            },
            ["JOB#1"],
        ),
        ({"TableName": "t"}, None),
    ],
    ids=["get", "put", "transaction", "batch", "query", "scan"],
)
def test_the_keys_of_a_call_are_among_its_conditions(
    request_: dict[str, Any], keys: list[str] | None
) -> None:
    found = add_leading_keys(lambda _body: {"dynamodb:Select": "x"})(json.dumps(request_).encode())
    assert found == {"dynamodb:Select": "x"} | ({LEADING_KEYS: keys} if keys else {})
