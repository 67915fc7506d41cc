"""The application: routes, problems, OpenAPI."""

from __future__ import annotations

from fastapi import FastAPI

from api import problems
from api.routes import health, jobs, outputs, tasks, uploads
from heavylift.settings import ApiSettings

DESCRIPTION = """\
POST a job and get an id at once; poll the id, or wait on it, and fetch the results.

Every error is a problem document (RFC 9457) whose `type` is stable."""


def create_app() -> FastAPI:
    """The ASGI application; what it works with is built at the first request (`bootstrap.system`)."""
    app = FastAPI(
        title="Heavylift",
        version="1",
        summary="Heavy work over HTTP.",
        description=DESCRIPTION,
        root_path=ApiSettings.read().base_path,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=problems.documented(500),
    )
    problems.install(app)
    for module in (jobs, outputs, uploads, tasks, health):
        app.include_router(module.router)
    return app
