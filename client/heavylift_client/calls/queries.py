"""Values of a query, as text."""

from __future__ import annotations

from datetime import datetime


def to_query(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
