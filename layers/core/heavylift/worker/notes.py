"""The log and the progress text of one attempt. They are stored by writes that happen anyway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from heavylift.jobs.job import Job, Part
from heavylift.jobs.notes import (
    MAX_LINE_CHARS,
    MAX_LINES,
    MAX_PART_LINES,
    MAX_TEXT_CHARS,
    Line,
    clean_text,
    keep_last,
)
from heavylift.ports.table import Change


class AttemptNotes:
    """The lines of the attempts before, and those of this one. Every write that stores them is fenced."""

    def __init__(self, unit: Job | Part, now: Callable[[], float]) -> None:
        self._unit = unit
        self._now = now
        self._lines: list[Line] = list(unit.log or [])
        self._max_lines = MAX_PART_LINES if isinstance(unit, Part) else MAX_LINES
        self._changes: dict[str, Any] = {}

    @property
    def chars(self) -> int:
        """How many characters the log has."""
        return sum(len(line["text"]) for line in self._lines)

    def log(self, text: str) -> None:
        """Add a line. An empty one is left out."""
        if line := clean_text(text, MAX_LINE_CHARS):
            entry = {"at": self._now(), "attempt": self._unit.attempt, "text": line}
            self._lines = keep_last([*self._lines, entry], self._max_lines)
            self._changes["log"] = self._lines

    def show(self, text: str) -> None:
        """Set the text beside the job's progress. A part has none: its progress is counted at its end."""
        if not isinstance(self._unit, Part):
            self._changes["progress_text"] = clean_text(text, MAX_TEXT_CHARS)

    def add_to(self, change: Change) -> Change:
        """Return the change with the notes, if it is one of this attempt's own unit."""
        if change.key != self._unit.key:
            return change
        kept = {name: value for name, value in self._changes.items() if name not in change.remove}
        return replace(change, set={**change.set, **kept})
