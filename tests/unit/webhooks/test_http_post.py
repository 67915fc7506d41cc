"""A POST to an untrusted address, over real sockets: it ends in time whatever the receiver does."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from heavylift.webhooks.delivery_state import DeliveryResult
from tests.support.receiver import Receiver, drop, hang, respond, run_receiver, send_raw
from tests.support.secure_receiver import run_secure_receiver, trust_authority
from webhooks.http_post import WebhookSender

NAME = "hooks.example.test"
IN_TIME_S = 0.4


def resolve_to_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture(scope="module")
def plain() -> Iterator[Receiver]:
    with run_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def secure() -> Iterator[Receiver]:
    with run_secure_receiver(NAME) as receiver:
        yield receiver


def post(url: str, sender: WebhookSender | None = None) -> DeliveryResult:
    sender = sender or WebhookSender(private=True, total_s=5, resolve=resolve_to_loopback)
    return sender.post(url, b'{"id":"1"}', {"Content-Type": "application/json", "webhook-id": "1-1"})


def test_what_is_posted_arrives_as_it_is(plain: Receiver) -> None:
    assert post(plain.url("/arrives?token=1", NAME)) == DeliveryResult(204)
    [received] = plain.at("/arrives?token=1")
    assert received.body == b'{"id":"1"}'
    assert received.headers["host"] == f"{NAME}:{plain.port}"
    assert (received.headers["content-type"], received.headers["webhook-id"]) == ("application/json", "1-1")
    assert received.headers["content-length"] == "10"


def test_the_connection_goes_to_the_checked_address(plain: Receiver) -> None:
    looked_up = []

    def resolve(host: str, port: int) -> list[str]:
        """Resolve to another address at each call."""
        looked_up.append((host, port))
        return ["127.0.0.1"] if len(looked_up) == 1 else ["127.0.0.2"]

    assert post(plain.url("/once", NAME), WebhookSender(private=True, resolve=resolve)).status == 204
    assert looked_up == [(NAME, plain.port)]
    assert len(plain.at("/once")) == 1


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["::ffff:127.0.0.1"], ["1.1.1.1", "127.0.0.1"]])
def test_a_name_that_leads_to_a_private_address_is_not_called(
    secure: Receiver, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_connection(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", refuse_connection)
    sender = WebhookSender(private=False, resolve=lambda host, port: addresses, tls=trust_authority())
    answer = post(secure.url("/inside", NAME), sender)
    assert answer.status is None
    assert "private address" in (answer.error or "")


def test_a_public_address_is_called(secure: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    connections, connect = [], socket.create_connection

    def connect_to_receiver(address: tuple[str, int], timeout: float) -> socket.socket:
        connections.append(address)
        return connect(("127.0.0.1", secure.port), timeout)

    monkeypatch.setattr(socket, "create_connection", connect_to_receiver)
    sender = WebhookSender(private=False, resolve=lambda host, port: ["1.1.1.1"], tls=trust_authority())
    assert post(f"https://{NAME}/public", sender) == DeliveryResult(204)
    assert connections == [("1.1.1.1", 443)]
    assert secure.at("/public")[0].headers["host"] == NAME


def test_plain_http_is_for_stacks_that_allow_private_addresses(plain: Receiver) -> None:
    answer = post(
        plain.url("/plain", NAME), WebhookSender(private=False, resolve=lambda host, port: ["1.1.1.1"])
    )
    assert answer == DeliveryResult(error="This stack calls urls by https only.")
    assert not plain.at("/plain")


def test_the_certificate_is_checked_against_the_name_and_not_the_address(secure: Receiver) -> None:
    sender = WebhookSender(private=True, resolve=resolve_to_loopback, tls=trust_authority())
    assert post(secure.url("/secure", NAME), sender) == DeliveryResult(204)
    for wrong in ("other.example.test", "127.0.0.1"):
        answer = post(secure.url("/wrong-name", wrong), sender)
        assert (answer.error or "").startswith("The receiver's certificate is not valid: ")
    untrusting = WebhookSender(private=True, resolve=resolve_to_loopback)
    assert "certificate is not valid" in (post(secure.url("/untrusted", NAME), untrusting).error or "")
    assert not secure.at("/wrong-name")
    assert not secure.at("/untrusted")


def test_a_receiver_without_tls_is_no_https_receiver(plain: Receiver) -> None:
    answer = post(
        f"https://{NAME}:{plain.port}/", WebhookSender(private=True, total_s=1, resolve=resolve_to_loopback)
    )
    assert answer.status is None
    assert answer.error


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(plain: Receiver, code: int) -> None:
    plain.script["/moved"] = [respond(code, Location=plain.url("/elsewhere"))]
    answer = post(plain.url("/moved"))
    assert answer == DeliveryResult(code, f"The receiver answered {code}. Redirects are not followed.")
    assert not plain.at("/elsewhere")


@pytest.mark.parametrize("code", [400, 404, 410, 429, 500, 503])
def test_every_other_status_is_an_error(plain: Receiver, code: int) -> None:
    plain.script["/status"] = [respond(code)]
    assert post(plain.url("/status")) == DeliveryResult(code, f"The receiver answered {code}.")


BEGUN = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(hang, id="no answer"),
        pytest.param(send_raw(forever=b"H"), id="a status line without an end"),
        pytest.param(send_raw(BEGUN, b"X: ", forever=b"x"), id="a header without an end"),
        pytest.param(send_raw(forever=b"HTTP/1.1 100 Continue\r\n\r\n"), id="only ever 100"),
    ],
)
def test_an_endless_answer_is_cut_off_in_time(plain: Receiver, behaviour: object) -> None:
    plain.script["/slow"] = [behaviour]  # type: ignore[list-item]
    began = time.monotonic()
    answer = post(
        plain.url("/slow"), WebhookSender(private=True, total_s=IN_TIME_S, resolve=resolve_to_loopback)
    )
    assert answer == DeliveryResult(error="The receiver did not answer within 0.4 s.")
    assert IN_TIME_S * 0.9 <= time.monotonic() - began < IN_TIME_S + 1


@pytest.mark.parametrize(
    "interim", [(b"103 Early Hints",), (b"100 Continue", b"102 Processing", b"103 Hints")]
)
def test_interim_responses_are_passed_over(plain: Receiver, interim: tuple[bytes, ...]) -> None:
    hints = b"".join(b"HTTP/1.1 " + each + b"\r\nLink: </style.css>\r\n\r\n" for each in interim)
    plain.script["/hints"] = [send_raw(hints, b"HTTP/1.1 204 Fine\r\n\r\n")]
    assert post(plain.url("/hints")) == DeliveryResult(204)


def test_a_switch_of_protocols_is_no_interim_response(plain: Receiver) -> None:
    plain.script["/switch"] = [send_raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n")]
    assert post(plain.url("/switch")) == DeliveryResult(101, "The receiver answered 101.")


def test_a_status_counts_whatever_comes_after_it(plain: Receiver) -> None:
    endless = send_raw(BEGUN, b"Transfer-Encoding: chunked\r\n\r\n", forever=b"1\r\nx\r\n")
    plain.script["/endless"] = [endless]
    began = time.monotonic()
    answer = post(
        plain.url("/endless"), WebhookSender(private=True, total_s=IN_TIME_S, resolve=resolve_to_loopback)
    )
    assert answer == DeliveryResult(200)
    assert time.monotonic() - began < IN_TIME_S + 1
    plain.script["/large"] = [send_raw(BEGUN, b"Content-Length: 1000000000\r\n\r\n", bytes(100_000))]
    assert post(plain.url("/large")) == DeliveryResult(200)


@pytest.mark.parametrize(
    "behaviour", [drop, send_raw(b"SSH-2.0-OpenSSH_9.9\r\n"), send_raw(b"\x00" * 70_000)]
)
def test_an_answer_that_is_not_http_is_an_error(plain: Receiver, behaviour: object) -> None:
    plain.script["/garbage"] = [behaviour]  # type: ignore[list-item]
    answer = post(plain.url("/garbage"))
    assert answer == DeliveryResult(error="The receiver closed the connection without an HTTP response.")


def test_an_endless_handshake_is_cut_off_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        sender = WebhookSender(private=True, total_s=IN_TIME_S, resolve=resolve_to_loopback)
        answer = post(f"https://{NAME}:{port}/", sender)
    assert answer == DeliveryResult(error="The receiver did not answer within 0.4 s.")
    assert time.monotonic() - began < IN_TIME_S + 1


def test_a_port_without_a_listener() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        answer = post(f"http://{NAME}:{taken.getsockname()[1]}/")
    assert answer == DeliveryResult(error="The receiver can't be connected to.")


def test_the_next_address_is_tried_when_one_does_not_answer(plain: Receiver) -> None:
    def resolve_to_two(host: str, port: int) -> list[str]:
        return ["127.0.0.9", "127.0.0.1"]

    assert post(
        plain.url("/second", NAME), WebhookSender(private=True, resolve=resolve_to_two)
    ) == DeliveryResult(204)


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a..b", "x" * 64 + ".example"])
def test_an_unknown_name(host: str) -> None:
    answer = WebhookSender(private=True).post(f"http://{host}/", b"{}", {})
    assert answer == DeliveryResult(error="The receiver's host name can't be resolved.")
