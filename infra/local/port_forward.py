"""Lets containers, and nothing else, reach ports on this machine's loopback.

On Linux a container reaches its host at the address of Docker's bridge. A program bound to 127.0.0.1 does not
listen there, so this module listens on the bridge and forwards to 127.0.0.1. Docker Desktop does the same.

python -m infra.local.port_forward PORT -P program.py      runs the Python program while PORT is forwarded
"""

from __future__ import annotations

import contextlib
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator

import psutil

BRIDGE = "docker0"
LOOPBACK = "127.0.0.1"
HOST_FROM_INSIDE = "host.docker.internal"
"""This machine's name in containers; Linux needs `--add-host host.docker.internal:host-gateway`."""


def find_bridge_address() -> str | None:
    """Return this machine's address on Docker's bridge, or None if there is no bridge to forward from."""
    for address in psutil.net_if_addrs().get(BRIDGE, []):
        if address.family == socket.AF_INET:
            return str(address.address)
    return None


@contextlib.contextmanager
def forward_ports(*ports: int, address: str | None = None) -> Iterator[None]:
    """Forward `ports` from `address` to 127.0.0.1 during the block. The default address is the bridge's."""
    address = address or find_bridge_address()
    servers = [server for port in ports if address and (server := _listen(address, port))]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.1,), name="port-forward", daemon=True).start()
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class _Forward(socketserver.BaseRequestHandler):
    """Forwards one connection to the same port of 127.0.0.1."""

    def handle(self) -> None:
        port = self.request.getsockname()[1]
        try:
            target = socket.create_connection((LOOPBACK, port))
        except OSError:
            return  # nothing listens: close the connection
        with target:
            back = threading.Thread(target=_copy_bytes, args=(target, self.request), daemon=True)
            back.start()
            _copy_bytes(self.request, target)
            back.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64
    block_on_close = False


def _listen(address: str, port: int) -> _Server | None:
    try:
        return _Server((address, port), _Forward)
    except OSError:
        return None  # the port's program listens on every address, so containers reach it directly


def _copy_bytes(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):  # either side may close at any time
        while data := source.recv(65_536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def main() -> int:
    """Run the program of the command line and return its exit code."""
    port, *program = sys.argv[1:]
    with forward_ports(int(port)):
        process = subprocess.Popen([sys.executable, *program])
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        return process.wait()


if __name__ == "__main__":
    sys.exit(main())
