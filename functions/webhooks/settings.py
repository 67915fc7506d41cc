"""The settings of the two callback functions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from heavylift.settings import BasePath, EnvSettings

CALLBACKS = "callbacks"
"""The name of the queue of callbacks, after the prefix."""
MAX_PAUSE_S = 39_600.0
"""SQS hides a message for at most 12 hours; the jitter must still fit."""


def _parse_pauses(value: Any) -> Any:
    pauses = map(float, value.split(",")) if isinstance(value, str) else value
    return tuple(min(MAX_PAUSE_S, pause) for pause in pauses)


class WebhookSettings(EnvSettings):
    callback_pauses: Annotated[tuple[float, ...], BeforeValidator(_parse_pauses)]
    """Seconds to wait after each failed attempt (`5,30,120`). After the last pause comes the last attempt."""
    callback_seconds: float
    """How long one attempt may take, from the connection to the receiver's status."""
    base_path: BasePath = ""
