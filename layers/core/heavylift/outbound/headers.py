"""What all headers that clients choose have in common. Pure."""

from __future__ import annotations

NAME_CHAR = r"[A-Za-z0-9!#$%&'*+.^_`|~-]"
"""A pattern: one character of a header's name."""
OF_CONNECTION = frozenset(
    {
        *("host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"),
        "content-length",
    }
)
"""Headers that the connection sets, in lower case: no client chooses them."""
