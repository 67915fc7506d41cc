"""The FastAPI application: its routes, errors, OpenAPI document and middleware."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware

from api.dependencies import ApiContext, get_context
from api.http import problems
from api.http.base_path import BasePath
from api.http.head_requests import HeadRequests
from api.http.security_headers import SecurityHeaders
from api.openapi import document
from api.openapi.responses import error_responses
from api.routes import (
    api_docs,
    batch_zip,
    batches,
    bulk,
    dead_letters,
    events,
    health,
    jobs,
    models,
    next_runs,
    outputs,
    outputs_zip,
    queues,
    schedules,
    tasks,
    upload_parts,
    uploads,
    website,
)
from api.settings import ApiSettings
from heavylift.tasks.registry import register_tasks

DESCRIPTION = """\
POST a job and get its id at once. Poll the job, or wait for it, then fetch its outputs.

Every error is a problem document (RFC 9457) whose `type` is stable."""

EXPOSED_HEADERS = ["ETag", "Location", "Preference-Applied", "Retry-After"]
ALLOWED_HEADERS = [
    *("Authorization", "Content-Encoding", "Content-Type", "Idempotency-Key", "If-None-Match", "Prefer"),
    "X-Api-Key",
]


register_tasks(Path(__file__).resolve().parents[1])


def create_app(
    settings: ApiSettings | None = None, context: Callable[[], ApiContext] = get_context
) -> FastAPI:
    """Return the ASGI application. `context` is called in each request."""
    settings = settings or ApiSettings.read()
    app = FastAPI(
        title="Heavylift",
        version="1",
        summary="Heavy work over HTTP.",
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=error_responses(500),
        generate_unique_id_function=_operation_id,
    )
    app.state.get_context = context
    problems.install(app)
    for module in (batches, batch_zip, bulk, jobs, events, outputs, outputs_zip, uploads, upload_parts):
        app.include_router(module.router)
    for module in (tasks, models, schedules, next_runs, queues):
        app.include_router(module.router)
    for module in (dead_letters, api_docs, website, health):
        app.include_router(module.router)
    document.describe(app, key_required=settings.require_api_key)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["DELETE", "GET", "HEAD", "POST"],
        allow_headers=ALLOWED_HEADERS,
        expose_headers=EXPOSED_HEADERS,
        max_age=3600,
    )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(BasePath, path=settings.base_path)
    app.add_middleware(HeadRequests)
    return app


def _operation_id(route: APIRoute) -> str:
    """Return the function's name: a short name for generated clients."""
    return route.name
