"""Work to do before Lambda takes a snapshot (SnapStart), so that no first request has to do it.

The import does not do this work, so that a process without a snapshot starts sooner.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts


def register_snapshot_hooks(app: FastAPI, *functions: Callable[[], object]) -> None:
    """Warm up `app` and call `functions` before Lambda takes a snapshot. Does nothing outside SnapStart."""
    try:
        from snapshot_restore_py import register_before_snapshot  # noqa: PLC0415
    except ImportError:  # only Lambda's runtime has the package
        return
    register_before_snapshot(warm_up, app)
    for each in functions:
        register_before_snapshot(each)


def warm_up(app: FastAPI) -> None:
    """Build the context, the routes and the OpenAPI document."""
    app.state.get_context()  # imports boto3, whose clients renew expired credentials by themselves
    for _ in iter_route_contexts(app.routes):
        pass  # FastAPI completes a route at its first use
    app.openapi()
