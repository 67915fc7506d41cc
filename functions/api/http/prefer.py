"""The Prefer header (RFC 7240). The API supports `wait=N` and `handling=strict`."""

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

    @property
    def applied(self) -> str:
        """The Preference-Applied header."""
        return f"wait={self.wait_s}" + (", handling=strict" if self.strict else "")


def parse_prefer(header: str | None) -> Prefer:
    """Return the supported preferences. Others are ignored, as the RFC demands; a long wait is shortened."""
    wait_s, strict = None, False
    for preference in (header or "").split(","):
        pair = preference.partition(";")[0]  # what follows are parameters, and none is supported
        name, _, value = (word.strip().strip('"') for word in pair.partition("="))
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
            description=f"`wait=N`: respond when the job has changed (on POST: ended), or after N seconds, "
            f"at most {MAX_WAIT_S}. With `handling=strict`: respond when the job has ended, else with 504.",
            examples=["wait=20"],
        ),
    ] = None,
) -> Prefer:
    return parse_prefer(header)


Preferred = Annotated[Prefer, Depends(prefer)]
