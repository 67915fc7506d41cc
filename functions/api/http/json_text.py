"""The text of JSON: UTF-8, and what some programs write in its place."""

from __future__ import annotations

import codecs
import json
from email.message import Message

READ = frozenset({"ascii", "cp1252", "iso8859-1", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32"})
"""Python's names of the charsets that are read where a part of a form names one."""
BYTE_ORDER_MARK = "\ufeff"


def charset_of(content_type: str | None) -> str | None:
    """Return the charset that a Content-Type names, by Python's name if there is one; None without one."""
    header = Message()
    header["Content-Type"] = content_type or ""
    named = header.get_param("charset")
    if not isinstance(named, str) or not named:
        return None
    try:
        return codecs.lookup(named).name
    except LookupError:
        return named


def decode_json(content: bytes, charset: str | None = None) -> str:
    """Return the text, without a byte order mark. Raises ValueError if it can't be decoded.

    Without a charset it is UTF-8, -16 or -32, which the first bytes of JSON tell apart.
    """
    if charset not in {None, *READ}:
        raise ValueError(f"the charset {charset!r} is not read")
    encoding = json.detect_encoding(content) if charset in (None, "utf-8") else charset
    return content.decode(encoding).removeprefix(BYTE_ORDER_MARK)
