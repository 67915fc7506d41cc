"""How long to wait before a retry. Pure."""

BASE_S = 1.0
CAP_S = 300.0
THROTTLE_PAUSE_S = 20.0
"""The shortest pause after throttling; jitter makes it up to twice as long.

`infra/queue.yaml` allows enough receives for a job that is throttled until its deadline.
"""


def backoff(attempt: int, chance: float) -> float:
    """Return the seconds between the failed `attempt` (1, 2, …) and the next: exponential, with full jitter.

    `chance` is uniform from 0 to 1. `BASE_S` is the minimum, so that failures never loop without a pause.
    """
    return BASE_S + chance * min(CAP_S, BASE_S * 2.0**attempt)
