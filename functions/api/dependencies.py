"""What the api works with: the system, its own settings, and what a warm process remembers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Self

from fastapi import Depends, Request

from api.admission.key_cache import ApiKeyCache
from api.admission.queue_limit import QueueLimiter
from api.admission.retry_after import RunTimeEstimator
from api.settings import ApiSettings
from heavylift.ports.system import System
from heavylift.runtime import bootstrap


@dataclass(frozen=True)
class ApiContext:
    system: System
    settings: ApiSettings
    keys: ApiKeyCache
    gauge: QueueLimiter
    pace: RunTimeEstimator

    @classmethod
    def of(cls, system: System, settings: ApiSettings) -> Self:
        return cls(
            system,
            settings,
            ApiKeyCache(system),
            QueueLimiter(system, settings.queue_limits),
            RunTimeEstimator(system),
        )


@lru_cache(maxsize=1)
def get_context() -> ApiContext:
    """Built at the first request and kept while warm."""
    return ApiContext.of(bootstrap.system(), ApiSettings.read())


def _of_app(request: Request) -> ApiContext:
    """The application's own: an override of FastAPI's would work its signature out anew in every request."""
    found: ApiContext = request.app.state.get_context()
    return found


ApiContextDep = Annotated[ApiContext, Depends(_of_app)]
