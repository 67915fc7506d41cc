"""The Scheduler port in memory. A test fires its entries."""

from __future__ import annotations

from dataclasses import dataclass, field

from heavylift.ports.scheduler import Entry


@dataclass(frozen=True)
class MemoryScheduler:
    entries: dict[str, Entry] = field(default_factory=dict)

    def create(self, entry: Entry) -> None:
        self.entries.setdefault(entry.name, entry)

    def delete(self, name: str) -> None:
        self.entries.pop(name, None)
