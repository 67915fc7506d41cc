"""Processes: whether they end, and what they take."""

from __future__ import annotations

import time

import psutil


def gone(pid: int, within: float = 5) -> bool:
    """Whether the process ends in time; one that nobody has collected yet has ended."""
    ends_at = time.monotonic() + within
    while time.monotonic() < ends_at:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def cpu_seconds(*roots: psutil.Process) -> float:
    """User and system time of processes and all below them, children that have ended included."""
    family = {each for root in roots for each in (root, *root.children(recursive=True))}
    return sum(sum(each.cpu_times()[:4]) for each in family)
