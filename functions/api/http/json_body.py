"""A JSON body as a model. It is read after authentication, so an unknown caller's body is never parsed."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.http.content_encoding import read_body
from api.http.json_text import charset_of
from api.http.problems import invalid_request
from heavylift.errors import InvalidRequest, TooLarge, UnsupportedMedia

MAX_JSON_BYTES = 256 * 1024

Model = TypeVar("Model", bound=BaseModel)


def json_body(model: type[Model], max_bytes: int = MAX_JSON_BYTES) -> Callable[[Request], Awaitable[Model]]:
    """Return a dependency that reads the body. It raises InvalidRequest, TooLarge or UnsupportedMedia."""

    async def read(request: Request) -> Model:
        if media_type_of(request) != "application/json":
            raise UnsupportedMedia("Send application/json.")
        require_utf8(request)
        too_large = TooLarge(f"The limit of a JSON body is {max_bytes:,} bytes.")
        return parse_json(model, await read_body(request, max_bytes, too_large), max_bytes)

    return read


def parse_json(model: type[Model], body: bytes, max_bytes: int = MAX_JSON_BYTES) -> Model:
    """Return the body as `model`. Raises InvalidRequest or TooLarge."""
    if len(body) > max_bytes:
        raise TooLarge(f"The JSON body has {len(body):,} bytes; the limit is {max_bytes:,}.")
    try:
        return model.model_validate_json(body.removeprefix(BOM_UTF8))
    except ValidationError as error:
        raise invalid_body(error) from None


def invalid_body(error: ValidationError) -> InvalidRequest:
    """Return the error for a body that does not fit its model."""
    return invalid_request(error.errors(include_url=False, include_input=False))


def require_utf8(request: Request) -> None:
    """Raise UnsupportedMedia for JSON that names another charset: a gateway has read it as UTF-8 already."""
    charset = charset_of(request.headers.get("content-type"))
    if charset not in (None, "ascii", "utf-8"):
        raise UnsupportedMedia(f"Send the JSON as UTF-8. Its Content-Type names the charset {charset!r}.")


def media_type_of(request: Request) -> str:
    """Return the request's media type in lower case, without parameters; empty if it has none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def json_request_body(model: type[BaseModel]) -> dict[str, Any]:
    """Return the OpenAPI description of a request with this body."""
    return {"requestBody": {"required": True, "content": content_of(model)}}


def content_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the OpenAPI description of a JSON body, by reference.

    The model itself is in `REFERENCED_MODELS` of `openapi/document.py`.
    """
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
