"""Filter patterns of an event source mapping: which records fit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.samlocal.event_filters import compile_filters

FILTERS: list[tuple[list[Any], Any, bool]] = [
    ([], {"a": 1}, True),
    ([{"a": ["x", "y"]}], {"a": "y"}, True),
    ([{"a": ["x", "y"]}], {"a": "z"}, False),
    ([{"a": ["x"]}], {}, False),
    ([{"a": [None]}], {"a": None}, True),
    ([{"a": {"b": ["x"]}}], {"a": {"b": "x"}}, True),
    ([{"a": {"b": ["x"]}}], {"a": "x"}, False),
    ([{"a": ["x"], "b": ["y"]}], {"a": "x"}, False),
    ([{"a": [{"exists": True}]}], {"a": ""}, True),
    ([{"a": [{"exists": True}]}], {}, False),
    ([{"a": {"b": [{"exists": False}]}}], {}, True),
    ([{"a": ["x"]}, {"b": ["y"]}], {"b": "y"}, True),
]


@pytest.mark.parametrize(("patterns", "record", "fits"), FILTERS, ids=str)
def test_a_record_fits_the_filters_or_not(patterns: list[Any], record: Any, fits: bool) -> None:
    assert compile_filters([json.dumps(pattern) for pattern in patterns])(record) is fits


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        compile_filters(['{"a": [{"numeric": [">", 1]}]}'])
