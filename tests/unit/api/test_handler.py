"""The Lambda handler: an event of API Gateway in, its answer out, and what is done before a snapshot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from api.app import create_app
from api.snapstart import register_snapshot_hooks
from tests.support.in_process_api import ApiWorld

PRINT_AN_ANSWER = """
import json, sys, types
from api.handler import handler
event = {
    "version": "2.0", "rawPath": "/healthz", "rawQueryString": "", "headers": {"host": "example.org"},
    "requestContext": {"http": {"method": "GET", "path": "/healthz", "sourceIp": "192.0.2.1"}},
    "isBase64Encoded": False,
}
context = types.SimpleNamespace(
    function_name="api", memory_limit_in_mb=128, aws_request_id="1", invoked_function_arn="arn",
)
answer = handler(event, context)
print(json.dumps([answer["statusCode"], answer["body"], "aws_xray_sdk" in sys.modules]))
"""


@pytest.mark.parametrize("tracing", [False, True])
def test_an_event_is_answered_and_traced_if_tracing_is_on(tracing: bool) -> None:
    environ = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "POWERTOOLS_TRACE_DISABLED": str(not tracing).lower(),
    }
    command = [sys.executable, "-W", "error", "-c", PRINT_AN_ANSWER]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == [200, '{"status":"ok"}', tracing]


def test_lazy_work_is_done_before_a_snapshot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Lambda's runtime provides the module and calls the registered functions."""
    registered: list[tuple[Any, ...]] = []
    runtime = SimpleNamespace(register_before_snapshot=lambda *call: registered.append(call))
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    called: list[str] = []

    def get_context() -> Any:
        called.append("context")

    app = create_app(ApiWorld().api.settings, get_context)

    register_snapshot_hooks(app, lambda: called.append("tracer"))
    assert (called, app.openapi_schema) == ([], None)
    for work, *given in registered:
        work(*given)
    assert sorted(called) == ["context", "tracer"]
    assert app.openapi_schema is not None


def test_without_snapshots_no_lazy_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", None)
    register_snapshot_hooks(ApiWorld().api.app, pytest.fail)
