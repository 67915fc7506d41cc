"""A JSON body as a model, read after the caller is known: a stranger's body is not even looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.http.problems import invalid_request
from heavylift.errors import InvalidRequest, TooLarge, UnsupportedMedia

MAX_JSON_BYTES = 256 * 1024

Model = TypeVar("Model", bound=BaseModel)


def json_body(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that reads the body; InvalidRequest, TooLarge or UnsupportedMedia."""

    async def read(request: Request) -> Model:
        if media_type(request) != "application/json":
            raise UnsupportedMedia("Send application/json.")
        return parse(model, await request.body())

    return read


def parse(model: type[Model], body: bytes) -> Model:
    if len(body) > MAX_JSON_BYTES:
        raise TooLarge(f"{len(body):,} bytes are more than the {MAX_JSON_BYTES:,} that JSON may have here.")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise invalid_body(error) from None


def invalid_body(error: ValidationError) -> InvalidRequest:
    return invalid_request(error.errors(include_url=False, include_input=False))


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def json_request_body(model: type[BaseModel]) -> dict[str, Any]:
    """What a route with such a body adds to its part of the OpenAPI document."""
    return {"requestBody": {"required": True, "content": content_of(model)}}


def content_of(model: type[BaseModel], media: str = "application/json") -> dict[str, Any]:
    """A body by reference, for the OpenAPI document: `openapi.REFERRED_TO` has the model."""
    return {media: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
