"""What the api works with: the system, its own settings, and what a warm process remembers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Self

from fastapi import Depends, Request

from api.admission.key_cache import KeyRing
from api.admission.queue_limit import QueueGauge
from api.admission.retry_after import Pace
from heavylift.ports.system import System
from heavylift.runtime import bootstrap
from heavylift.settings import ApiSettings


@dataclass(frozen=True)
class Desk:
    system: System
    settings: ApiSettings
    keys: KeyRing
    gauge: QueueGauge
    pace: Pace

    @classmethod
    def of(cls, system: System, settings: ApiSettings) -> Self:
        return cls(system, settings, KeyRing(system), QueueGauge(system, settings.queue_limits), Pace(system))


@lru_cache(maxsize=1)
def desk() -> Desk:
    """Built at the first request and kept while warm."""
    return Desk.of(bootstrap.system(), ApiSettings.read())


def _of_app(request: Request) -> Desk:
    """The application's own: an override of FastAPI's would work its signature out anew in every request."""
    found: Desk = request.app.state.desk()
    return found


DeskIs = Annotated[Desk, Depends(_of_app)]
