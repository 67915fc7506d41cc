"""The system: all ports and the settings. Every use case takes it as its first argument."""

from __future__ import annotations

from dataclasses import dataclass

from heavylift.ports.clock import Clock
from heavylift.ports.objects import ObjectStore
from heavylift.ports.queue import JobQueue
from heavylift.ports.table import Table
from heavylift.settings import Settings


@dataclass(frozen=True)
class System:
    table: Table
    queue: JobQueue
    objects: ObjectStore
    clock: Clock
    settings: Settings
