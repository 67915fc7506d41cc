"""What a worker and its child say to each other: JSON, a line each.

The first line to the child is the request; `memory_mb` and `cpu_seconds` in it are its limits. The child's
lines are events, whatever the worker's own module tells, and these:

    {"error": slug, "detail": text, "log": text}          the end, by an error
    {"end": true}                                         the end

Further lines to the child are receipts: the worker has a page's file and deleted it. At most AHEAD pages are
made beyond the receipts, so that the disk holds a few pages and never the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AHEAD = 2
"""One page being made while the one before it is worked on."""

EXIT_MEMORY = 97
"""The child's exit code when memory is so short that it can't even send an event."""

Event = dict[str, Any]
Request = Mapping[str, Any]
