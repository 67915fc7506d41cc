"""Free ports of this machine."""

import socket


def find_free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_two_free_ports() -> int:
    """Return the first of two adjacent free ports. Raises RuntimeError if there are none.

    The search stays below the ephemeral ports, which the system may give to another program at any time.
    """
    for port in range(21_000, 32_000, 2):
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise RuntimeError("No two ports are free")
