"""The settings of callbacks."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from heavylift.settings import BasePath, EnvSettings

CALLBACKS = "callbacks"
"""The queue of callbacks, as the QUEUES setting of these two functions names it."""
MAX_PAUSE_S = 39_600.0
"""SQS hides a message for 12 hours at most, and a pause grows by its jitter."""


def _parse_pauses(value: Any) -> Any:
    pauses = map(float, value.split(",")) if isinstance(value, str) else value
    return tuple(min(MAX_PAUSE_S, pause) for pause in pauses)


class WebhookSettings(EnvSettings):
    callback_pauses: Annotated[tuple[float, ...], BeforeValidator(_parse_pauses)]
    """Seconds between a failed attempt and the next (`5,30,120`). After the last one, the callback fails."""
    callback_seconds: float
    """How long one delivery may take, from its first byte to the receiver's status."""
    base_path: BasePath = ""
