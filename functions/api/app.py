"""The application: routes, problems, OpenAPI, and what every response carries."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware

from api.dependencies import ApiContext, get_context
from api.http import problems
from api.http.security_headers import SafeHeaders
from api.openapi import document
from api.routes import api_docs, dead_letters, health, jobs, outputs, queues, tasks, uploads, website
from api.settings import ApiSettings

DESCRIPTION = """\
POST a job and get an id at once; poll the id, or wait on it, and fetch the results.

Every error is a problem document (RFC 9457) whose `type` is stable."""

READ_BY_PAGES = ["ETag", "Location", "Preference-Applied", "Retry-After"]
SENT_BY_PAGES = ["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Prefer", "X-Api-Key"]


def create_app(
    settings: ApiSettings | None = None, context: Callable[[], ApiContext] = get_context
) -> FastAPI:
    """The ASGI application; what it works with is asked for in each request, and built in the first."""
    settings = settings or ApiSettings.read()
    app = FastAPI(
        title="Heavylift",
        version="1",
        summary="Heavy work over HTTP.",
        description=DESCRIPTION,
        root_path=settings.base_path,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=problems.error_responses(500),
        generate_unique_id_function=_operation_id,
    )
    app.state.get_context = context
    problems.install(app)
    for module in (jobs, outputs, uploads, tasks, queues, dead_letters, api_docs, website, health):
        app.include_router(module.router)
    document.describe(app, key_required=settings.require_api_key)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["DELETE", "GET", "POST"],
        allow_headers=SENT_BY_PAGES,
        expose_headers=READ_BY_PAGES,
        max_age=3600,
    )
    app.add_middleware(SafeHeaders)
    return app


def _operation_id(route: APIRoute) -> str:
    """Short names for whoever generates a client: the functions' own."""
    return route.name
