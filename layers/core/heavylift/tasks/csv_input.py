"""What the tasks that take a table say of it: how it is recognised, and how large it may be."""

from __future__ import annotations

from types import MappingProxyType

from heavylift.tasks.spec import SNIFF_BYTES

CSV = "text/csv"
OTHERS = (b"%PDF", b"{", b"[", b"<")
"""Text of another kind: PDF, JSON, XML and HTML."""
LONGEST_CHARACTER = 4

LIMITS = MappingProxyType(
    {
        "max_bytes": 100 * 1024 * 1024,
        "max_rows": 1_000_000,
        "max_columns": 500,
        "max_cell_characters": 10_000,
    }
)


def sniff(head: bytes) -> str | None:
    """UTF-8 text without control characters, of no other kind: a table, as far as 1024 bytes can tell."""
    if not head.strip() or head.lstrip().startswith(OTHERS):
        return None
    if any(byte < 0x20 and byte not in b"\t\n\r\f" for byte in head):
        return None
    # The end of the head may be in the middle of a character.
    whole = head if len(head) < SNIFF_BYTES else head[: -LONGEST_CHARACTER + 1]
    try:
        whole.decode("utf-8-sig", errors="strict")
    except UnicodeDecodeError as error:
        if error.start < len(whole) - LONGEST_CHARACTER:
            return None
    return CSV
