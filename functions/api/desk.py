"""What the api works with: the system, its own settings, and what a warm process remembers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Self

from fastapi import Depends

from heavylift import bootstrap
from heavylift.gauge import QueueGauge
from heavylift.keyring import KeyRing
from heavylift.pace import Pace
from heavylift.settings import ApiSettings
from heavylift.system import System


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
    """Built at the first request and kept while warm. Tests put another in its place."""
    return Desk.of(bootstrap.system(), ApiSettings.read())


DeskIs = Annotated[Desk, Depends(desk)]
