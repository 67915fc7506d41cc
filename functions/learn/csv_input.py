"""Table inputs of several tasks: how their formats are recognised, and their limits."""

from __future__ import annotations

from types import MappingProxyType

from heavylift.tasks.sniff import SNIFF_BYTES

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
PARQUET = "application/vnd.apache.parquet"
JSON_LINES = "application/x-ndjson"
ACCEPTS = (CSV, XLSX, XLS, ODS, PARQUET, JSON_LINES)
WORKBOOKS = frozenset({XLSX, XLS, ODS})

OTHER_FORMATS = ("%PDF", "[", "<")
"""How other text formats begin: PDF, JSON, XML and HTML."""
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
UNUSED_IN_1252 = b"\x81\x8d\x8f\x90\x9d"
MAX_CHARACTER_BYTES = 4

LIMITS = MappingProxyType(
    {
        "max_bytes": 100 * 1024 * 1024,
        "max_rows": 1_000_000,
        "max_columns": 500,
        "max_cell_characters": 10_000,
    }
)


def sniff(head: bytes) -> str | None:
    """Return the media type of a table by its first bytes, or None for any other format."""
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return XLS
    if head.startswith(b"PK\x03\x04"):
        return ODS if b"opendocument.spreadsheet" in head else XLSX
    text = _decode(head)
    if text is None or any(character < " " and character not in "\t\n\r\f" for character in text):
        return None
    start = text.lstrip()
    if not start or start.startswith(OTHER_FORMATS):
        return None
    return JSON_LINES if start.startswith("{") else CSV


def _decode(head: bytes) -> str | None:
    """Return the beginning of a text in UTF-8, UTF-16 or Windows-1252; None if it is no text."""
    if head.startswith(BYTE_ORDER_MARKS):
        return _decode_utf16(head, "utf-16")
    if b"\0" in head:
        # Most characters of a table are Latin: every other byte is zero.
        odd, even = head[1::2].count(0), head[::2].count(0)
        if min(odd, even) or max(odd, even) * 3 < len(head):
            return None
        return _decode_utf16(head, "utf-16-le" if odd else "utf-16-be")
    # The head may end in the middle of a character.
    whole = head if len(head) < SNIFF_BYTES else head[: -MAX_CHARACTER_BYTES + 1]
    try:
        return whole.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(whole) - MAX_CHARACTER_BYTES and len(head) == SNIFF_BYTES:
            return whole[: error.start].decode("utf-8-sig")
    return None if any(byte in UNUSED_IN_1252 for byte in head) else head.decode("cp1252")


def _decode_utf16(head: bytes, encoding: str) -> str | None:
    try:
        return head[: len(head) - len(head) % 2].decode(encoding)
    except UnicodeDecodeError:
        return None
