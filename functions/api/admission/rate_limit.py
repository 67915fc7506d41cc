"""The rate limit: how many work requests a tenant may send in a minute."""

from __future__ import annotations

from api.admission.minute_counter import count_up, seconds_left, window_key
from heavylift.errors import RateLimited
from heavylift.ports.system import System
from heavylift.ports.table import ConditionFailed


def check_rate_limit(system: System, tenant: str, per_minute: int) -> None:
    """Count one request. `per_minute=0` is no limit.

    Raises RateLimited, and counts nothing, if the tenant has reached the limit of this minute.
    """
    if not per_minute:
        return
    now = system.clock.now()
    try:
        count_up(system.table, window_key("RATE", tenant, now), "requests", 1, most=per_minute, now=now)
    except ConditionFailed:
        raise RateLimited(
            f"{per_minute} requests a minute are allowed.",
            retry_after_s=seconds_left(now),
        ) from None
