"""Who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends


@dataclass(frozen=True)
class Caller:
    tenant: str


def caller() -> Caller:
    """An open stack has one tenant."""
    return Caller(tenant="default")


CallerIs = Annotated[Caller, Depends(caller)]
