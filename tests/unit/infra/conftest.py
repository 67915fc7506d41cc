from __future__ import annotations

from collections.abc import Iterator

import pytest

from heavylift.adapters.aws.dynamodb import DynamoTable
from tests.support.moto_stack import deploy_table


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoTable]:
    with deploy_table(monkeypatch) as found:
        yield found
