"""What `make up` finds out about the workers by starting each once."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local import worker_start
from infra.local.aws_clients import AwsClients
from infra.local.instance import LocalInstance

ANSWERS: dict[str, dict[str, Any]] = {
    "a": {"Payload": b'{"tasks": ["plot"]}'},
    "b": {"Payload": b'{"error": "no such model"}'},
    "c": {"Payload": b'{"errorMessage": "cannot import"}', "FunctionError": "Unhandled"},
    "d": {"Payload": b'{"errorMessage": "timed out"}'},
    "e": {"Payload": b'{"code": 1}', "FunctionError": "Unhandled"},
}


def test_each_worker_that_can_not_start_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invoke(FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert json.loads(Payload) == {}
        answer = ANSWERS[FunctionName]
        return answer | {"Payload": io.BytesIO(answer["Payload"])}

    monkeypatch.setattr(AwsClients, "client", lambda *_: SimpleNamespace(invoke=invoke))
    functions = {f"worker-{name}": name for name in reversed(ANSWERS)}
    monkeypatch.setattr(worker_start, "list_worker_functions", lambda _: functions)

    assert list(worker_start.start_workers(LocalInstance(state_dir=tmp_path)).items()) == [
        ("worker-b", "no such model"),
        ("worker-c", "cannot import"),
        ("worker-d", "timed out"),
        ("worker-e", "{'code': 1}"),
    ]
