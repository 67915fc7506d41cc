"""The tables that several tasks take: media types and limits."""

from __future__ import annotations

from types import MappingProxyType

ACCEPTS = ("text/csv",)
LIMITS = MappingProxyType(
    {
        "max_bytes": 100 * 1024 * 1024,
        "max_rows": 1_000_000,
        "max_columns": 500,
        "max_cell_characters": 10_000,
    }
)
