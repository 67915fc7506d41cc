"""The API's context: the system, the settings and the caches of a warm process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated, Self

from fastapi import Depends, Request

from api.admission.call_limit import CallLimiter
from api.admission.key_cache import ApiKeyCache
from api.admission.queue_limit import QueueLimiter
from api.admission.retry_after import RunTimeEstimator
from api.settings import ApiSettings
from heavylift.ports.scheduler import Scheduler
from heavylift.ports.switch import QueueSwitch
from heavylift.ports.system import System
from heavylift.runtime import bootstrap


@dataclass(frozen=True)
class ApiContext:
    system: System
    settings: ApiSettings
    keys: ApiKeyCache
    call_limiter: CallLimiter
    queue_limiter: QueueLimiter
    run_times: RunTimeEstimator
    get_switch: Callable[[], QueueSwitch]
    """Returns the switches of the queues: most requests need none."""
    get_scheduler: Callable[[], Scheduler]
    """Returns the scheduler: as above."""

    @classmethod
    def of(
        cls,
        system: System,
        settings: ApiSettings,
        get_switch: Callable[[], QueueSwitch] = bootstrap.get_queue_switch,
        get_scheduler: Callable[[], Scheduler] = bootstrap.get_scheduler,
    ) -> Self:
        return cls(
            system,
            settings,
            ApiKeyCache(system),
            CallLimiter(system, settings.calls_per_minute),
            QueueLimiter(system, settings.queue_limits, settings.queue_limit, settings.bulk_queue_limit),
            RunTimeEstimator(system),
            get_switch,
            get_scheduler,
        )

    def reserve_room(self, queue: str, tenant: str, task: str) -> AbstractContextManager[None]:
        """Return a block that may send one job to the queue. It raises QueueFull if there is no room."""
        return self.queue_limiter.reserve(queue, partial(self.run_times.estimate_room, tenant, task))


@lru_cache(maxsize=1)
def get_context() -> ApiContext:
    """Return the context. The first call builds it; a warm process keeps it."""
    return ApiContext.of(bootstrap.get_system(), ApiSettings.read())


def _context_of(request: Request) -> ApiContext:
    """Return the application's context.

    Read from `app.state`, not from `dependency_overrides`: FastAPI inspects an override's signature again on
    every request.
    """
    found: ApiContext = request.app.state.get_context()
    return found


ApiContextDep = Annotated[ApiContext, Depends(_context_of)]
