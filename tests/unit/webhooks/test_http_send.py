"""An output is sent over real sockets: streamed, in time, and judged by the status alone."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from heavylift.outbound.connection import Dialer
from heavylift.webhooks.delivery_state import DeliveryResult
from tests.support.receiver import Receiver, drop, hang, respond, run_receiver, send_raw
from webhooks.http_send import OutputSender
from webhooks.output_request import OutputRequest

CHUNK = 256 * 1024


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with run_receiver() as started:
        yield started


SENDER = OutputSender(Dialer(private=True, peer="receiver", resolve=lambda host, port: ["127.0.0.1"]))


def send(url: str, *chunks: bytes, seconds: float = 5) -> DeliveryResult:
    request = OutputRequest("PUT", url, {"X-Own": "1"}, sum(map(len, chunks)), b"<", b">")
    return SENDER.send(request, chunks, seconds)


def test_the_body_arrives_as_it_is(receiver: Receiver) -> None:
    assert send(receiver.url("/whole?sig=1"), b"one", b"two") == DeliveryResult(204)
    [received] = receiver.at("/whole?sig=1")
    assert received.body == b"<onetwo>"
    assert (received.headers["content-length"], received.headers["x-own"]) == ("8", "1")
    assert "transfer-encoding" not in received.headers


def test_an_empty_output_is_sent(receiver: Receiver) -> None:
    assert send(receiver.url("/empty")) == DeliveryResult(204)
    assert receiver.at("/empty")[0].body == b"<>"


@contextmanager
def run_sink(answer: bytes, reads: int) -> Iterator[str]:
    """A server that reads and drops so many bytes, answers and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            taken, _ = listening.accept()
            with taken:
                left = reads
                while left > 0 and (piece := taken.recv(min(left, 65536))):
                    left -= len(piece)
                taken.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join()


def test_a_large_output_is_never_in_memory_as_a_whole() -> None:
    pieces, piece = 200, bytes(CHUNK)
    with run_sink(b"HTTP/1.1 201 Created\r\n\r\n", reads=pieces * CHUNK) as url:
        tracemalloc.start()
        request = OutputRequest("PUT", url, {}, pieces * CHUNK)
        result = SENDER.send(request, (piece for _ in range(pieces)), 30)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert result == DeliveryResult(201)
    assert peak < 4_000_000


def test_a_receiver_may_answer_before_it_has_read_the_body() -> None:
    with run_sink(b"HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n", reads=200) as url:
        result = SENDER.send(OutputRequest("PUT", url, {}, 40 * CHUNK), (bytes(CHUNK) for _ in range(40)), 10)
    assert result.status in (413, None)  # the reset may overtake the answer
    assert result.error


@pytest.mark.parametrize("code", [302, 403, 410, 500])
def test_every_other_status_is_an_error(receiver: Receiver, code: int) -> None:
    receiver.script["/status"] = [respond(code, Location=receiver.url("/elsewhere"))]
    result = send(receiver.url("/status"), b"x")
    assert result.status == code
    assert (result.error or "").startswith(f"The receiver answered {code}.")
    assert not receiver.at("/elsewhere")


@pytest.mark.parametrize("behaviour", [hang, send_raw(b"HTTP/1.1 200 OK\r\nX: ", forever=b"x")])
def test_a_slow_receiver_is_given_up_in_time(receiver: Receiver, behaviour: object) -> None:
    receiver.script["/slow"] = [behaviour]  # type: ignore[list-item]
    began = time.monotonic()
    assert (
        send(receiver.url("/slow"), b"x", seconds=0.4).error == "The receiver did not take the file in time."
    )
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("behaviour", [drop, send_raw(b"SSH-2.0-OpenSSH_9.9\r\n")])
def test_what_is_no_http_is_an_error(receiver: Receiver, behaviour: object) -> None:
    receiver.script["/odd"] = [behaviour]  # type: ignore[list-item]
    assert (
        send(receiver.url("/odd"), b"x").error
        == "The receiver closed the connection without an HTTP response."
    )


def test_a_private_address_gets_nothing(receiver: Receiver) -> None:
    sender = OutputSender(Dialer(private=False, peer="receiver", resolve=lambda host, port: ["10.0.0.1"]))
    result = sender.send(OutputRequest("PUT", "https://a.example/", {}, 1), [b"x"], 5)
    assert "private address" in (result.error or "")


def test_an_error_of_the_source_is_not_one_of_the_receiver(receiver: Receiver) -> None:
    class SourceGone(Exception):
        pass

    def chunks() -> Iterator[bytes]:
        yield b"x"
        raise SourceGone

    with pytest.raises(SourceGone):
        SENDER.send(OutputRequest("PUT", receiver.url("/cut"), {}, 100), chunks(), 5)
