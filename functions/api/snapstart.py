"""Before Lambda takes its snapshot (SnapStart): what every first request would have to do, done once.

The import itself leaves this for later, so that a process without a snapshot is there sooner.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts


def before_snapshot(app: FastAPI, *others: Callable[[], object]) -> None:
    """Have `app` made ready, and `others` called, before a snapshot; where none is taken, never."""
    try:
        from snapshot_restore_py import register_before_snapshot  # noqa: PLC0415
    except ImportError:  # Lambda's own runtime brings it
        return
    register_before_snapshot(make_ready, app)
    for each in others:
        register_before_snapshot(each)


def make_ready(app: FastAPI) -> None:
    app.state.get_context()  # imports boto3; its clients ask for credentials again when those have run out
    for _ in iter_route_contexts(app.routes):
        pass  # FastAPI completes a route when it is first asked for
    app.openapi()
