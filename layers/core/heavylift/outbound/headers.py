"""What all headers that clients choose have in common. Pure."""

from __future__ import annotations

from collections.abc import Mapping

NAME_CHAR = r"[A-Za-z0-9!#$%&'*+.^_`|~-]"
"""A pattern: one character of a header's name."""
OF_CONNECTION = frozenset(
    {
        *("host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"),
        "content-length",
    }
)
"""Headers that the connection sets, in lower case: no client chooses them."""


def override(headers: Mapping[str, str], by: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of both. Of two whose names differ in case alone, that of `by` is left."""
    names = {name.lower() for name in by}
    return {**{name: value for name, value in headers.items() if name.lower() not in names}, **by}
