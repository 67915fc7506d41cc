"""The order in which a stream's shards are read, and what happens to iterators, with made-up shards."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.samlocal import stream_poller
from infra.samlocal.stream_poller import StreamPoller
from tests.unit.samlocal.stream_fakes import (
    SOURCE,
    FakeFunction,
    FakeStreams,
    fail_times,
    make_poller,
    read_all,
    read_through_failures,
)

pytestmark = pytest.mark.usefixtures("no_stream_pauses")


def test_a_parent_is_read_to_its_end_before_its_children(tmp_path: Path) -> None:
    streams = FakeStreams(
        {"child": ("parent", ["4"]), "parent": ("trimmed", ["1", "2", "3"]), "other": (None, ["x"])},
        closed={"parent"},
    )
    function = FakeFunction(fails=fail_times(3, "3"))
    read_through_failures(make_poller(SOURCE, function, tmp_path / "memory", streams))
    assert [name for name in function.handled if name != "x"] == ["1", "2", "3", "4"]
    assert function.handled.index("x") < function.handled.index("3"), "another shard does not wait"


def test_a_shard_that_comes_later_is_read_from_its_beginning(tmp_path: Path) -> None:
    streams = FakeStreams({"parent": (None, ["1"])})
    function = FakeFunction()
    poller = make_poller(replace(SOURCE, starting_position="LATEST"), function, tmp_path / "memory", streams)
    read_all(poller)
    streams.shards["parent"][1].append("2")
    streams.shards["child"] = ("parent", ["3"])
    streams.closed.add("parent")
    read_through_failures(poller)
    assert function.handled == ["2", "3"]


def test_a_shard_that_failed_pauses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_poller, "PAUSE_S", 60)
    function = FakeFunction(fails=fail_times(1, "1"))
    poller = make_poller(SOURCE, function, tmp_path / "memory", FakeStreams({"one": (None, ["1"])}))
    assert [poller.step(), poller.step()] == [False, False]
    assert function.calls == [["1"]]


def test_an_iterator_that_has_expired_is_asked_for_again(tmp_path: Path) -> None:
    streams = FakeStreams({"one": (None, ["1", "2", "3"])}, expired={"one 2"})
    function = FakeFunction()
    read_all(make_poller(SOURCE, function, tmp_path / "memory", streams))
    assert function.handled == ["1", "2", "3"]


def test_a_trimmed_iterator_goes_on_with_the_oldest_record(tmp_path: Path) -> None:
    function = FakeFunction()
    streams = FakeStreams({"one": (None, ["1"])}, trimmed={"one 0"})
    read_all(make_poller(SOURCE, function, tmp_path / "memory", streams))
    assert function.handled == ["1"]


def test_a_position_that_was_trimmed_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "memory").write_text(json.dumps({"arn": {"one": "0"}}))
    function = FakeFunction()
    read_all(make_poller(SOURCE, function, tmp_path / "memory", FakeStreams({"one": (None, ["1"])})))
    assert function.handled == ["1"]


def test_the_poller_survives_every_error_and_ends_when_stopped(tmp_path: Path) -> None:
    stop, streams = threading.Event(), FakeStreams({"one": (None, ["1"])})
    broken = iter([RuntimeError("the service is away")])

    def describe(**request: Any) -> Any:
        for error in broken:
            raise error
        return FakeStreams.describe_stream(streams, **request)

    def invoke(function: str, event: dict[str, Any]) -> Any:
        stop.set()

    streams.describe_stream = describe  # type: ignore[method-assign]
    StreamPoller(SOURCE, streams, invoke, stop, tmp_path / "memory").run()
    assert json.loads((tmp_path / "memory").read_text()) == {"arn": {"one": "1"}}
