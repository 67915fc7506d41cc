"""The options that choose jobs: those of the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

STATUSES = ("PROCESSING", "DONE", "FAILED", "CANCELED")


Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def filter_options(statuses: Sequence[str] = STATUSES) -> Decorator:
    """Return a decorator that adds the options. `statuses` are the choices of --status, if it has any."""
    status = click.option("--status", type=click.Choice(statuses), help="Only jobs with this status.")
    options = [
        *([status] if statuses else []),
        click.option("--task", help="Only jobs of this task."),
        click.option("--reference", help="Only jobs of this reference of yours."),
        click.option("--tag", help="Only jobs with this tag."),
        click.option("--name", help="Only jobs with this part in their name or their file's."),
        click.option("--since", help="Only jobs created at this time or later, as 2026-11-28T09:00Z."),
        click.option("--before", help="Only jobs created before this time."),
    ]

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def describe_filter(wanted: dict[str, Any]) -> str:
    """Return the given options in words, for a question."""
    return ", ".join(f"{name} {value}" for name, value in wanted.items() if value)
