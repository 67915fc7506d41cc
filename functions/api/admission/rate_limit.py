"""The rate limit: an atomic counter for each tenant and minute."""

from __future__ import annotations

import math

from heavylift.errors import RateLimited
from heavylift.ports.system import System
from heavylift.ports.table import AnyOf, Change, ConditionFailed, Is, Key

WINDOW_S = 60
COUNTER_TTL_S = 3600


def check_rate_limit(system: System, tenant: str, per_minute: int) -> None:
    """Count one request. `per_minute=0` is no limit.

    Raises RateLimited, and counts nothing, if the tenant has reached the limit of this minute.
    """
    if not per_minute:
        return
    now = system.clock.now()
    minute = int(now // WINDOW_S)
    counter = Change(
        Key(f"RATE#{tenant}#{minute}", "RATE"),
        when=(AnyOf((Is("requests", "missing"), Is("requests", "<", per_minute))),),
        set={"expires_at": int(now) + COUNTER_TTL_S},
        add={"requests": 1},
        upsert=True,
    )
    try:
        system.table.update(counter)
    except ConditionFailed:
        raise RateLimited(
            f"{per_minute} requests a minute are allowed.",
            retry_after_s=max(1, math.ceil((minute + 1) * WINDOW_S - now)),
        ) from None
