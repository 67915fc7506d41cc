"""The processes in which the emulator runs a function."""

from __future__ import annotations

import psutil


def workers_of(endpoint_url: str, function: str) -> list[psutil.Process]:
    """Those of one stack's function that are alive just now."""
    found = []
    for process in psutil.process_iter():
        try:
            if (
                function in " ".join(process.cmdline())
                and process.environ().get("AWS_ENDPOINT_URL") == endpoint_url
            ):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
