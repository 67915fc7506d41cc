"""The settings of the two callback functions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from heavylift.settings import BasePath, EnvSettings


def _parse_pauses(value: Any) -> Any:
    return tuple(map(float, value.split(","))) if isinstance(value, str) else value


class WebhookSettings(EnvSettings):
    callback_pauses: Annotated[tuple[float, ...], BeforeValidator(_parse_pauses)]
    """Seconds to wait after each failed attempt (`5,30,120`). After the last pause comes the last attempt."""
    callback_seconds: float
    """How long one attempt may take, from the connection to the receiver's status."""
    base_path: BasePath = ""
