"""A way for containers to what listens on this machine's loopback, and for nobody else.

On Linux a container reaches its host by the address of Docker's bridge, where nothing listens that is bound
to 127.0.0.1. Here each port is listened to on the bridge as well, and passed on. Docker Desktop does so.

python -m infra.local.port_forward PORT -m ministack      runs the Python program with that way open
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
"""How containers name this machine; on Linux with `--add-host host.docker.internal:host-gateway`."""


def bridge_address() -> str | None:
    """This machine's address on Docker's bridge; None where containers reach loopback without."""
    for address in psutil.net_if_addrs().get(BRIDGE, []):
        if address.family == socket.AF_INET:
            return str(address.address)
    return None


@contextlib.contextmanager
def reachable(*ports: int, address: str | None = None) -> Iterator[None]:
    """Inside the block, these ports of 127.0.0.1 answer on `address` too, the bridge's unless it is given."""
    address = address or bridge_address()
    servers = [server for port in ports if address and (server := _listen(address, port))]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.1,), name="reach", daemon=True).start()
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class _Passing(socketserver.BaseRequestHandler):
    """One connection, passed on to the same port of 127.0.0.1."""

    def handle(self) -> None:
        port = self.request.getsockname()[1]
        try:
            there = socket.create_connection((LOOPBACK, port))
        except OSError:
            return  # nothing listens: closing says so
        with there:
            back = threading.Thread(target=_pump, args=(there, self.request), daemon=True)
            back.start()
            _pump(self.request, there)
            back.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64
    block_on_close = False


def _listen(address: str, port: int) -> _Server | None:
    try:
        return _Server((address, port), _Passing)
    except OSError:
        return None  # a program that listens on every address has the port, and is reached already


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):  # either side may go at any time
        while data := source.recv(65_536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def main() -> int:
    port, *program = sys.argv[1:]
    with reachable(int(port)):
        process = subprocess.Popen([sys.executable, *program])
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        return process.wait()


if __name__ == "__main__":
    sys.exit(main())
