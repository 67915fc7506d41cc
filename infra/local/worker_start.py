"""Starts each worker once after a deploy, so that a worker that can't start is seen here and not by a job."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.instance import LocalInstance
from infra.local.resources import list_worker_functions


def start_workers(instance: LocalInstance) -> dict[str, str]:
    """Invoke every worker without a message. Return worker → why it can't start, in order of their names."""
    functions = dict(sorted(list_worker_functions(instance).items()))
    with ThreadPoolExecutor(max_workers=max(1, len(functions))) as pool:
        errors = pool.map(lambda function: _start(instance, function), functions.values())
        return {worker: error for worker, error in zip(functions, errors, strict=True) if error}


def _start(instance: LocalInstance, function: str) -> str | None:
    """Return why the worker can't start, or None if it can."""
    response = instance.aws.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    answer: dict[str, Any] = json.loads(response["Payload"].read() or b"{}")
    if response.get("FunctionError") or "errorMessage" in answer:
        return str(answer.get("errorMessage", answer))
    return answer.get("error")
