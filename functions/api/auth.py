"""Who is calling, what they may do, and whether they have done too much of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from api.admission.rate_limit import check_rate_limit
from api.dependencies import ApiContext, ApiContextDep
from heavylift.api_keys import Scope
from heavylift.errors import Forbidden, Unauthorized

OPEN_TENANT = "default"
"""Whose jobs they are where no key is asked for."""

BEARER = HTTPBearer(scheme_name="bearer", description="`Authorization: Bearer KEY`", auto_error=False)
HEADER = APIKeyHeader(
    name="X-Api-Key", scheme_name="key", description="The same key, in its own header", auto_error=False
)


@dataclass(frozen=True)
class Caller:
    tenant: str


def _caller_with(scope: Scope) -> Callable[..., Caller]:
    def caller(
        request: Request,
        context: ApiContextDep,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
        key: Annotated[str | None, Depends(HEADER)],
    ) -> Caller:
        given = key or (bearer.credentials if bearer else None)
        if given is None:
            return _without_key(request, context)
        owner = context.keys.authenticate(given)
        if scope not in owner.scopes:
            raise Forbidden(f"This needs a key with the scope {scope!r}.")
        return Caller(owner.tenant)

    return caller


def _without_key(request: Request, context: ApiContext) -> Caller:
    if context.settings.require_api_key:
        raise Unauthorized("Send a key, as Authorization: Bearer KEY or as X-Api-Key.")
    if "authorization" in request.headers or "x-api-key" in request.headers:
        raise Unauthorized("The credentials are not a key: Authorization: Bearer KEY, or X-Api-Key.")
    return Caller(OPEN_TENANT)


AuthenticatedCaller = Annotated[Caller, Depends(_caller_with(Scope.JOBS))]
OperatorCaller = Annotated[Caller, Depends(_caller_with(Scope.OPERATE))]


def _within_rate(context: ApiContextDep, caller: AuthenticatedCaller) -> Caller:
    check_rate_limit(context.system, caller.tenant, context.settings.requests_per_minute)
    return caller


RateLimitedCaller = Annotated[Caller, Depends(_within_rate)]
"""A caller who asks for work: counted against the tenant's rate."""
