"""A function of Lambda whose child is hostile. It returns what the child got."""

from __future__ import annotations

import os
from typing import Any

from tests.unit.sandbox.worker_with_hostile_child import attack


def handler(_event: object, _context: Any) -> dict[str, str]:
    """Return what the child got, by attack. The runtime API is what answers on loopback."""
    port = int(os.environ["AWS_LAMBDA_RUNTIME_API"].rpartition(":")[2])
    return attack(os.environ["AWS_SECRET_ACCESS_KEY"], port)
