"""A deploy changes at most one index of the table: DynamoDB makes or removes one in an update.

`table.json` holds the keys and indexes of the release before. Do not change it before the next release.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from infra.local.instance import ROOT
from infra.local.template import load

BEFORE: dict[str, Any] = json.loads((Path(__file__).parent / "table.json").read_text())
TABLE: dict[str, Any] = load((ROOT / "template.yaml").read_text())["Resources"]["Table"]["Properties"]


def count_index_changes(before: dict[str, Any], after: dict[str, Any]) -> int:
    """Return how many indexes are made or removed. An index with another key or projection is both."""
    indexes = (
        {json.dumps(each, sort_keys=True) for each in table["GlobalSecondaryIndexes"]}
        for table in (before, after)
    )
    return len(set.symmetric_difference(*indexes))


def test_at_most_one_index_differs_from_the_release_before() -> None:
    assert count_index_changes(BEFORE, TABLE) <= 1


def test_the_table_is_not_replaced() -> None:
    """A table with another key is a new, empty one: without jobs, keys and secrets."""
    assert TABLE["KeySchema"] == BEFORE["KeySchema"]
    assert "TableName" not in TABLE
    assert "LocalSecondaryIndexes" not in TABLE  # each of these replaces the table


def test_a_changed_projection_counts_as_two_changes() -> None:
    changed = copy.deepcopy(BEFORE)
    changed["GlobalSecondaryIndexes"][0]["Projection"] = {"ProjectionType": "KEYS_ONLY"}
    assert count_index_changes(BEFORE, changed) == 2
    changed["GlobalSecondaryIndexes"].pop(0)
    assert count_index_changes(BEFORE, changed) == 1


def test_every_attribute_that_is_defined_is_a_key() -> None:
    """DynamoDB refuses a definition that no key uses, and a key without one."""
    schemas = [TABLE["KeySchema"], *(each["KeySchema"] for each in TABLE["GlobalSecondaryIndexes"])]
    keys = {key["AttributeName"] for schema in schemas for key in schema}
    assert keys == {each["AttributeName"] for each in TABLE["AttributeDefinitions"]}
