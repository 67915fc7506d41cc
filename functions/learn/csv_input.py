"""Table inputs of several tasks: how their formats are recognised, and their limits."""

from __future__ import annotations

from types import MappingProxyType

from learn.encoding import decode_head

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
    text = next(iter(decode_head(head).values()), "")
    if any(character < " " and character not in "\t\n\r\f" for character in text):
        return None
    start = text.lstrip()
    if not start or start.startswith(OTHER_FORMATS):
        return None
    return JSON_LINES if start.startswith("{") else CSV
