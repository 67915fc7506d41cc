"""GET / and /assets: the website."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import ApiContext, ApiContextDep
from api.http.job_response import has_seen
from api.web.bundle import Asset, load_site
from heavylift.errors import NotFound

router = APIRouter(include_in_schema=False)

CACHE_FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


@router.get("/")
def get_page(request: Request, context: ApiContextDep) -> Response:
    response = _respond(request, load_site(context.settings.base_path).index, REVALIDATE)
    response.headers["Content-Security-Policy"] = _content_security_policy(_store_origin(context))
    return response


@router.get("/assets/{digest}/{name}")
def get_asset(digest: str, name: str, request: Request, context: ApiContextDep) -> Response:
    here = load_site(context.settings.base_path)
    if digest != here.digest or name not in here.assets:
        raise NotFound("The website has no such file. Load the page again.")
    return _respond(request, here.assets[name], CACHE_FOREVER)


def _respond(request: Request, wanted: Asset, caching: str) -> Response:
    headers = {"ETag": wanted.etag, "Cache-Control": caching}
    if has_seen(request.headers.get("if-none-match"), wanted.etag):
        return Response(status_code=304, headers=headers)
    return Response(wanted.content, media_type=wanted.media_type, headers=headers)


def _content_security_policy(store: str) -> str:
    """Return a policy that allows the website's own files, this API and the store of presigned URLs only."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' {store};"
        f" connect-src 'self' {store}; frame-src {store};"
        " base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    )


def _store_origin(context: ApiContext) -> str:
    """Return the origin of presigned URLs. Only the signer knows it, so it is taken from a signed URL."""
    url = urlsplit(context.system.objects.presign_get("x", filename="x", media_type="x", seconds=1))
    return f"{url.scheme}://{url.netloc}"
