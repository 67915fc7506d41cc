"""The messages between a worker and its child: JSON, one object a line.

The worker's first line is the request. Its `memory_mb` and `cpu_seconds` are the child's limits. The child's
lines are events: those of the worker's own module, and these two, which end the stream:

    {"error": slug, "detail": text, "log": text}          failed
    {"end": true}                                         succeeded

Each further line from the worker is one credit (flow control). The worker grants a credit when it has deleted
a page's file. A child starts with INITIAL_CREDIT credits and spends one per page, so that the disk holds a
few pages and never the whole document.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heavylift.errors import TaskError

INITIAL_CREDIT = 2
"""The child decodes one page while the worker works on the page before."""

EXIT_MEMORY = 97
"""The child's exit code when it has too little memory left to send an event."""

Event = dict[str, Any]
Request = Mapping[str, Any]


def find_file(folder: Path, name: str) -> Path:
    """Return the child's file of this name in its scratch folder. Raises TaskError unless it is a plain file.

    A child that was taken over may name any path, or a link to a file of the worker.
    """
    path = folder / name
    if path.parent != folder or path.is_symlink() or not path.is_file() or path.stat().st_nlink != 1:
        raise TaskError
    return path
