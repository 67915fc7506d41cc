"""Starts each worker once after a deploy, so that a worker that can't start is seen here and not by a job."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from infra.local.instance import LocalInstance
from infra.local.resources import list_worker_functions


@dataclass(frozen=True)
class WorkerStart:
    worker: str
    tasks: tuple[str, ...] = ()
    error: str | None = None
    """Why the worker can't start."""


def start_workers(instance: LocalInstance) -> list[WorkerStart]:
    """Invoke every worker without a message. Return what each said, in order of their names."""
    functions = sorted(list_worker_functions(instance).items())
    with ThreadPoolExecutor(max_workers=max(1, len(functions))) as pool:
        return list(pool.map(lambda each: _start(instance, *each), functions))


def _start(instance: LocalInstance, worker: str, function: str) -> WorkerStart:
    response = instance.aws.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    answer: dict[str, Any] = json.loads(response["Payload"].read() or b"{}")
    if response.get("FunctionError") or "errorMessage" in answer:
        return WorkerStart(worker, error=str(answer.get("errorMessage", answer)))
    return WorkerStart(worker, tuple(answer.get("tasks", ())), answer.get("error"))
