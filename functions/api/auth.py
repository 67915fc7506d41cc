"""Dependencies that authenticate the caller and check scope and rate."""

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
"""The tenant of callers without a key, where no key is required."""

BEARER = HTTPBearer(scheme_name="bearer", description="`Authorization: Bearer KEY`", auto_error=False)
HEADER = APIKeyHeader(
    name="X-Api-Key", scheme_name="key", description="The same key, in its own header", auto_error=False
)


@dataclass(frozen=True)
class Caller:
    tenant: str


def _require_scope(scope: Scope) -> Callable[..., Caller]:
    """Return a dependency that authenticates the caller.

    The dependency raises Unauthorized without a valid key, Forbidden if the key lacks the scope, and
    RateLimited if the tenant sends too many requests.
    """

    def authenticate(
        request: Request,
        context: ApiContextDep,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
        key: Annotated[str | None, Depends(HEADER)],
    ) -> Caller:
        given = key or (bearer.credentials if bearer else None)
        if given is None:
            caller = _authenticate_without_key(request, context)
        else:
            owner = context.keys.authenticate(given)
            if scope not in owner.scopes:
                raise Forbidden(f"This needs a key with the scope {scope}.")
            caller = Caller(owner.tenant)
        context.call_limiter.check(caller.tenant)
        return caller

    return authenticate


def _authenticate_without_key(request: Request, context: ApiContext) -> Caller:
    if context.settings.require_api_key:
        raise Unauthorized("Send an API key as Authorization: Bearer KEY or as X-Api-Key: KEY.")
    if "authorization" in request.headers or "x-api-key" in request.headers:
        raise Unauthorized("The header holds no API key. Send Authorization: Bearer KEY or X-Api-Key: KEY.")
    return Caller(OPEN_TENANT)


AuthenticatedCaller = Annotated[Caller, Depends(_require_scope(Scope.JOBS))]
OperatorCaller = Annotated[Caller, Depends(_require_scope(Scope.OPERATE))]


def _check_rate(context: ApiContextDep, caller: AuthenticatedCaller) -> Caller:
    check_rate_limit(context.system, caller.tenant, context.settings.requests_per_minute)
    return caller


RateLimitedCaller = Annotated[Caller, Depends(_check_rate)]
"""A caller who submits work. The request counts against the tenant's rate limit."""
