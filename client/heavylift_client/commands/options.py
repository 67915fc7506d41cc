"""The options that several subcommands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
LIMIT = click.IntRange(min=1)
DEFAULT_LIMIT = 20


def timeout_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option --timeout."""
    return click.option("--timeout", "timeout_s", type=float, help="Wait at most this many seconds.")(command)
