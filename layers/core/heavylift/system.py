"""The ports, gathered: what every use case is given to work with."""

from __future__ import annotations

from dataclasses import dataclass

from heavylift.ports import Clock, JobQueue, ObjectStore, Table
from heavylift.settings import Settings


@dataclass(frozen=True)
class System:
    table: Table
    queue: JobQueue
    objects: ObjectStore
    clock: Clock
    settings: Settings
