"""The client's own headers of a callback: which names and values it may send. Pure.

They may hold secrets, so an error names a header by its name alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from heavylift.errors import InvalidRequest
from heavylift.outbound.headers import NAME_CHAR, OF_CONNECTION

MAX_HEADERS = 10
MAX_NAME_CHARS = 64
MAX_VALUE_CHARS = 4000
MAX_CHARS = 8000
"""The most that all names and values may have together: many servers refuse more."""
NAME = re.compile(rf"{NAME_CHAR}{{1,{MAX_NAME_CHARS}}}")
VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
"""Visible ASCII, with spaces within: no other character is certain to arrive as it was sent."""
RESERVED = OF_CONNECTION | {"content-type", "content-encoding", "user-agent", "date"}
"""What the delivery or the connection itself sets."""
RESERVED_PREFIXES = ("webhook-", "proxy-")


def check_headers(headers: Mapping[str, str], pointer: str) -> None:
    """Raise InvalidRequest if a header is not allowed. `pointer` is the headers' place in the request."""
    if len(headers) > MAX_HEADERS:
        raise InvalidRequest.at(pointer, f"At most {MAX_HEADERS} headers are allowed.")
    seen: set[str] = set()
    for name, value in headers.items():
        fault = _find_fault(name, value, seen)
        if fault is not None:
            raise InvalidRequest.at(pointer, fault)
        seen.add(name.lower())
    if sum(len(name) + len(value) for name, value in headers.items()) > MAX_CHARS:
        raise InvalidRequest.at(pointer, f"All headers together may have {MAX_CHARS:,} characters.")


def _find_fault(name: str, value: str, seen: set[str]) -> str | None:
    lower = name.lower()
    if not NAME.fullmatch(name):
        return f"A header's name has 1 to {MAX_NAME_CHARS} letters, digits and -, and no spaces."
    if lower in RESERVED or lower.startswith(RESERVED_PREFIXES):
        return f"The header {name} can't be chosen: the delivery sets it, or the connection does."
    if lower in seen:
        return f"The header {name} is there more than once."
    if not VALUE.fullmatch(value) or len(value) > MAX_VALUE_CHARS:
        limit = f"1 to {MAX_VALUE_CHARS:,} visible ASCII characters"
        return f"The value of {name} must have {limit}, with spaces only between them."
    return None
