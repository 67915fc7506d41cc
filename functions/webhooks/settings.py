"""The settings of callbacks, read from the environment when asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_PAUSE_S = 39_600.0
"""SQS hides a message for 12 hours at most, and a pause grows by its jitter."""


@dataclass(frozen=True)
class NotifySettings:
    pauses: tuple[float, ...]
    """Seconds between an attempt that failed and the next; after the last of them it is given up."""
    answer_s: float
    """How long one delivery may take, from its first byte to the receiver's status."""

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> NotifySettings:
        """CALLBACK_PAUSES (`5,30,120`) and CALLBACK_SECONDS, as template.yaml gives them."""
        pauses = (float(each) for each in environ["CALLBACK_PAUSES"].split(","))
        return cls(
            pauses=tuple(min(LONGEST_PAUSE_S, pause) for pause in pauses),
            answer_s=float(environ["CALLBACK_SECONDS"]),
        )
