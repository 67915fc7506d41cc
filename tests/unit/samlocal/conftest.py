from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from infra.samlocal import stream_poller
from tests.unit.samlocal.stream_fakes import StreamTable


@pytest.fixture
def no_stream_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the poller retry at once, with credentials for moto."""
    monkeypatch.setattr(stream_poller, "PAUSE_S", 0)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def stream_table(no_stream_pauses: None) -> Iterator[StreamTable]:
    with mock_aws():
        yield StreamTable()
