"""A loopback port is reachable on another address inside the block."""

from __future__ import annotations

import socket
import threading

import pytest

from infra.local.port_forward import forward_ports

OTHER = "127.0.0.2"


def test_a_connection_is_passed_on_in_both_directions_and_only_inside_the_block() -> None:
    with socket.create_server(("127.0.0.1", 0)) as program:
        port = program.getsockname()[1]

        def echo() -> None:
            connection, _ = program.accept()
            with connection:
                while data := connection.recv(1024):
                    connection.sendall(data.upper())

        threading.Thread(target=echo, daemon=True).start()
        with forward_ports(port, address=OTHER), socket.create_connection((OTHER, port), timeout=5) as client:
            client.sendall(b"hello")
            client.shutdown(socket.SHUT_WR)
            assert client.makefile("rb").read() == b"HELLO"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((OTHER, port), timeout=5)


def test_a_program_on_every_address_is_left_alone() -> None:
    with socket.create_server(("0.0.0.0", 0)) as program:
        port = program.getsockname()[1]
        with forward_ports(port, address=OTHER), socket.create_connection((OTHER, port), timeout=5):
            connection, _ = program.accept()
            connection.close()


def test_where_nothing_listens_the_connection_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as program:
        port = program.getsockname()[1]
    with forward_ports(port, address=OTHER), socket.create_connection((OTHER, port), timeout=5) as client:
        assert client.recv(1) == b""
