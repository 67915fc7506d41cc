"""Free ports of this machine."""

import socket


def find_free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_free_ports(count: int) -> int:
    """Return the first of `count` adjacent free ports. Raises RuntimeError if there are none.

    The search stays below the ephemeral ports, which the system may give to another program at any time.
    """
    for first in range(21_000, 32_000, count):
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise RuntimeError(f"No {count} adjacent ports are free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
