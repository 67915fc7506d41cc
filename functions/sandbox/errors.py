"""The ways a child fails. An error crosses from the child to the worker as its slug.

OverLimit                   retried: another machine may have more to spare
├── OverMemory
└── TooSlow
TaskError
└── EngineCrashed           a library crashed on the input
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


def index_by_slug(errors: Iterable[type[TaskError]]) -> dict[str, type[TaskError]]:
    """Return the errors that a child may report, by slug: the worker's `errors` and those of every child."""
    reportable: tuple[type[TaskError], ...] = (*errors, OverMemory, TooSlow, EngineCrashed)
    return {error.slug: error for error in reportable}
