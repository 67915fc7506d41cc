"""How a child may end badly by itself, and how errors cross from it to the worker: as their slugs.

OverLimit                   tried again: a retry may land on a calmer machine
├── OverMemory
└── TooSlow
TaskError
└── EngineCrashed           a library died on the input
"""

from __future__ import annotations

from collections.abc import Iterable

from heavylift.errors import OverLimit, TaskError


class OverMemory(OverLimit):
    slug, title = "over-memory", "Reading the input took more memory than allowed"


class TooSlow(OverLimit):
    slug, title = "too-slow", "Reading the input took more time than allowed"


class EngineCrashed(TaskError):
    slug, title = "engine-crashed", "The engine crashed on the input"


def by_slug(errors: Iterable[type[TaskError]]) -> dict[str, type[TaskError]]:
    """The errors that a child may tell of: its worker's own, and those of any child."""
    all_of_them: tuple[type[TaskError], ...] = (*errors, OverMemory, TooSlow, EngineCrashed)
    return {error.slug: error for error in all_of_them}
