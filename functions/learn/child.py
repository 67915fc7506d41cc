"""The child of the learn worker: runs one of the worker's tasks. Loads the libraries."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator

from sandbox.protocol import Event, Request


def run_child(request: Request, _credit: threading.Semaphore) -> Iterator[Event]:
    """Run the request's task and yield its events (handoff.py). Raises learn.errors."""
    warnings.simplefilter("ignore")  # a child has no log
    if request["do"] == "train-model":
        from learn.train import train  # noqa: PLC0415 - each task loads what it needs

        return train(request)
    if request["do"] == "predict":
        from learn.predict import predict  # noqa: PLC0415

        return predict(request)
    if request["do"] == "profile":
        from learn.profile import profile  # noqa: PLC0415

        return profile(request)
    from learn.plot import plot  # noqa: PLC0415

    return plot(request)
