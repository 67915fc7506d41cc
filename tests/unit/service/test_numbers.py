"""Numbers in params that the table can't store are refused with a pointer, at any depth."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heavylift.adapters.aws.expressions import item_to_wire
from heavylift.errors import InvalidRequest
from heavylift.service.submit import validate_params
from heavylift.service.validation import number_faults
from heavylift.tasks.spec import Params, TaskSpec


class AnyParams(Params):
    values: list[Any] = []  # noqa: RUF012 - a model's default


SPEC = TaskSpec(name="any", title="Any", description="", queue="any", params=AnyParams, input="none")


@pytest.mark.parametrize(
    "number", [1e-200, 5e-324, -1e-131, 1e126, -1e300, math.inf, -math.inf, math.nan, 10**38 + 1, -(10**130)]
)
def test_a_number_that_can_not_be_stored_is_named(number: float) -> None:
    with pytest.raises(InvalidRequest) as refused:
        validate_params(SPEC, {"values": [1, {"deep": number}]})
    assert [fault["pointer"] for fault in refused.value.faults] == ["/params/values/1/deep"]


@pytest.mark.parametrize("number", [0, -0.0, 1e-130, 1e125, -(10**37), 10**60, 0.1, 2**53])
def test_a_number_that_can_be_stored_is_taken(number: float) -> None:
    assert validate_params(SPEC, {"values": [number]})["values"] == [number]


@given(st.one_of(st.floats(), st.integers()))
def test_what_is_taken_fits_the_tables_decimals(number: float) -> None:
    if not number_faults(number):
        wire = item_to_wire({"number": number})["number"]["N"]
        with localcontext(prec=38) as context:
            assert context.create_decimal(wire) == Decimal(wire)
        assert not Decimal(wire) or -130 <= Decimal(wire).adjusted() <= 125
