"""GET /openapi.json: the API's description. GET /docs: the reference, whose files the API serves itself."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from starlette.responses import JSONResponse, Response

from api.dependencies import ApiContextDep
from api.http.public_address import find_address
from heavylift.errors import NotFound

router = APIRouter(include_in_schema=False)

DOCS_PAGE = Path(__file__).parents[1] / "docs_page"
MEDIA_TYPES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
    "start.js": "text/javascript",
}
PAGE_HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
    ),
}
FILE_HEADERS = {"Cache-Control": "public, max-age=86400"}


@router.get("/openapi.json")
def get_description(request: Request, context: ApiContextDep) -> Response:
    """Return the OpenAPI document. Its server is the one that the request was sent to."""
    server = find_address(request, context.settings.base_path)
    return JSONResponse({**request.app.openapi(), "servers": [{"url": server}]})


@router.get("/docs")
def get_reference() -> Response:
    return Response((DOCS_PAGE / "index.html").read_bytes(), 200, PAGE_HEADERS, "text/html")


@router.get("/docs/{name}")
def get_reference_file(name: Annotated[str, PathParameter()]) -> Response:
    if name not in MEDIA_TYPES:
        raise NotFound("The API reference has no such file.")
    own = DOCS_PAGE / name
    path = own if own.exists() else _swagger_ui_folder() / name
    return Response(path.read_bytes(), 200, FILE_HEADERS, MEDIA_TYPES[name])


@lru_cache(maxsize=1)
def _swagger_ui_folder() -> Path:
    """Return the folder of Swagger UI's files in its package, without importing the package."""
    package = find_spec("fastapi_offline")
    if package is None or package.origin is None:
        raise NotFound("This deployment has no API reference.")
    return Path(package.origin).parent / "static"
