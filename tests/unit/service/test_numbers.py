"""Numbers in params that the table can't store are refused with a pointer, at any depth."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heavylift.adapters.aws.expressions import item_from_wire, item_to_wire
from heavylift.errors import InvalidRequest
from heavylift.service.submit import validate_params
from heavylift.service.validation import number_faults
from heavylift.tasks.spec import Params, TaskSpec


class AnyParams(Params):
    values: list[Any] = []  # noqa: RUF012 - a model's default


SPEC = TaskSpec(name="any", title="Any", description="", queue="any", params=AnyParams, input="none")


@pytest.mark.parametrize(
    "number",
    [1e-200, 5e-324, -1e-131, 1e126, -1e300, math.inf, -math.inf, math.nan, 10**38, 10**60, -(10**130)],
)
def test_a_number_that_can_not_be_stored_is_named(number: float) -> None:
    with pytest.raises(InvalidRequest) as refused:
        validate_params(SPEC, {"values": [1, {"deep": number}]})
    assert [fault["pointer"] for fault in refused.value.faults] == ["/params/values/1/deep"]


@pytest.mark.parametrize("number", [0, -0.0, 1e-130, 1e125, 1.5e60, 1e38, -(10**37), 10**38 - 1, 0.1, 2**53])
def test_a_number_that_can_be_stored_is_taken(number: float) -> None:
    assert validate_params(SPEC, {"values": [number]})["values"] == [number]


@given(st.one_of(st.floats(), st.integers()))
@example(1e125)
@example(1.5e60)
@example(1e38)
@example(99999999999999997748809823456034029568.0)
@example(10**38 - 1)
def test_what_is_taken_comes_back_from_the_table_as_it_is(number: float) -> None:
    if number_faults(number):
        return
    [taken] = validate_params(SPEC, {"values": [number]})["values"]
    [back] = item_from_wire(item_to_wire({"values": [taken]}))["values"]
    assert (back, json.dumps(back)) == (number, json.dumps(taken))
