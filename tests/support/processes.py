"""Processes: whether they end, and how much CPU time they use."""

from __future__ import annotations

import time

import psutil


def has_ended(pid: int, within: float = 5) -> bool:
    """Return whether the process ends within `within` seconds. A zombie counts as ended."""
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
    """Return the user and system time of processes and their descendants, ended children included."""
    family = {each for root in roots for each in (root, *root.children(recursive=True))}
    return sum(sum(each.cpu_times()[:4]) for each in family)
