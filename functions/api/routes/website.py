"""GET / and /assets: the web page."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import ApiContext, ApiContextDep
from api.web.bundle import Asset, load_site
from heavylift.errors import NotFound

router = APIRouter(include_in_schema=False)

FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"


@router.api_route("/", methods=["GET", "HEAD"])
def page(request: Request, context: ApiContextDep) -> Response:
    answer = _answer(request, load_site(context.settings.base_path).index, ASK_FIRST)
    answer.headers["Content-Security-Policy"] = _policy(_store(context))
    return answer


@router.api_route("/assets/{digest}/{name}", methods=["GET", "HEAD"])
def asset(digest: str, name: str, request: Request, context: ApiContextDep) -> Response:
    here = load_site(context.settings.base_path)
    if digest != here.digest or name not in here.assets:
        raise NotFound("The page has no such file; load the page again.")
    return _answer(request, here.assets[name], FOR_EVER)


def _answer(request: Request, wanted: Asset, caching: str) -> Response:
    headers = {"ETag": wanted.etag, "Cache-Control": caching}
    if request.headers.get("if-none-match") == wanted.etag:
        return Response(status_code=304, headers=headers)
    return Response(wanted.content, media_type=wanted.media_type, headers=headers)


def _policy(store: str) -> str:
    """Nothing but the page's own files, this API, and the store that presigned urls name."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' {store};"
        f" connect-src 'self' {store}; frame-src {store};"
        " base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    )


def _store(context: ApiContext) -> str:
    """The origin of presigned urls: only whoever signs them knows how the store's address is written."""
    url = urlsplit(context.system.objects.presign_get("x", filename="x", media_type="x", seconds=1))
    return f"{url.scheme}://{url.netloc}"
