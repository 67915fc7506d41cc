"""When to try again. Pure."""

BASE_S = 1.0
CAP_S = 300.0
THROTTLE_PAUSE_S = 20.0
"""Least time for which a throttled worker leaves its message alone; up to twice as long, by chance.

`infra/queue.yaml` allows so many receives that a job which is throttled until its deadline does not use
them up.
"""


def backoff(attempt: int, chance: float) -> float:
    """Seconds from the failed `attempt` (1, 2, …) to the next: exponential, full jitter.

    `chance` is uniform from 0 to 1. Never less than a second, so that no failure spins.
    """
    return BASE_S + chance * min(CAP_S, BASE_S * 2.0**attempt)
