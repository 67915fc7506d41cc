"""Reads ten tables: ruled, unruled, with cells that span, in scans. `make test-ocr`."""

from __future__ import annotations

import pytest

from tests.support.read_tables import assert_cells_are_right
from tests.support.table_pages import MAKERS


@pytest.mark.parametrize("name", MAKERS)
def test_the_cells_are_right(name: str) -> None:
    assert_cells_are_right(name)
