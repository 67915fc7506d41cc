"""The Prefer header (RFC 7240), as far as it is honoured here: `wait=N` and `handling=strict`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

MAX_WAIT_S = 25
"""API Gateway cuts a request off at 30 seconds."""


@dataclass(frozen=True)
class Prefer:
    wait_s: int | None = None
    strict: bool = False


def parse_prefer(header: str | None) -> Prefer:
    """Preferences that are not understood are ignored, as the RFC wants; a long wait is shortened."""
    wait_s, strict = None, False
    for preference in (header or "").split(","):
        name, _, value = (word.strip().strip('"') for word in preference.partition("="))
        if name.lower() == "wait" and value.isascii() and value.isdigit():
            wait_s = min(MAX_WAIT_S, int(value[:9]))
        elif name.lower() == "handling" and value.lower() == "strict":
            strict = True
    return Prefer(wait_s, strict)


def prefer(
    header: Annotated[
        str | None,
        Header(
            alias="Prefer",
            description=f"`wait=N`: answer on a change, or after N seconds (at most {MAX_WAIT_S})."
            " With `handling=strict` a job that has not ended by then is a 504.",
            examples=["wait=20"],
        ),
    ] = None,
) -> Prefer:
    return parse_prefer(header)


Preferred = Annotated[Prefer, Depends(prefer)]
