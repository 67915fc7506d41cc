"""A file is fetched from an untrusted server, over real sockets: it ends in time and in bounds."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heavylift.errors import (
    HeavyliftError,
    InputAddressRefused,
    InputNotAccepted,
    InputNotServed,
    InputTooLarge,
    InputUnreachable,
)
from heavylift.outbound.connection import Dialer
from heavylift.outbound.fetch import Fetch, fetch
from tests.support.file_server import (
    drip,
    endless,
    promise,
    redirect_to,
    serve,
    serve_bomb,
    serve_chunks,
)
from tests.support.receiver import Behaviour, Receiver, drop, hang, respond, run_receiver, send_raw
from tests.support.secure_receiver import run_secure_receiver, trust_authority

CONTENT = b"text: what the server has"
MAX = 1000
IN_TIME_S = 0.4
NAME = "files.example.test"
SECRET = {"Authorization": "Bearer secret"}


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with run_receiver() as started:
        yield started


@pytest.fixture(scope="module")
def secure() -> Iterator[Receiver]:
    with run_secure_receiver(NAME) as started:
        yield started


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "input"


def wanted(url: str, headers: dict[str, str] | None = None, *, seconds: float = 5) -> Fetch:
    return Fetch(url, headers or {}, MAX, seconds)


DIALER = Dialer(private=True, resolve=lambda host, port: ["127.0.0.1"])


@pytest.mark.parametrize("behaviour", [serve(CONTENT), serve_chunks(CONTENT)], ids=["length", "chunks"])
def test_a_file_is_stored_as_it_is(server: Receiver, path: Path, behaviour: Behaviour) -> None:
    server.script["/file?signature=1"] = [behaviour]
    before = len(server.at("/file?signature=1"))
    size = fetch(DIALER, wanted(server.url("/file?signature=1"), SECRET), path)
    assert (size, path.read_bytes()) == (len(CONTENT), CONTENT)
    asked = server.at("/file?signature=1")[before]
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.headers["authorization"] == SECRET["Authorization"]


def test_a_file_without_a_length_ends_with_its_connection(server: Receiver, path: Path) -> None:
    server.script["/old"] = [send_raw(b"HTTP/1.0 200 OK\r\n\r\n" + CONTENT)]
    assert fetch(DIALER, wanted(server.url("/old")), path) == len(CONTENT)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        pytest.param(endless(), InputTooLarge, id="endless"),
        pytest.param(endless(chunked=True), InputTooLarge, id="endless chunks"),
        pytest.param(promise(MAX + 1, b""), InputTooLarge, id="too large, as it says"),
        pytest.param(promise(500, b"x" * 10), InputUnreachable, id="less than it says"),
        pytest.param(
            send_raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nxx"),
            InputUnreachable,
            id="a chunk that is cut off",
        ),
        pytest.param(serve_bomb(), InputNotAccepted, id="gzip bomb"),
        pytest.param(drop, InputUnreachable, id="no answer"),
        pytest.param(send_raw(b"\x00" * 70_000), InputUnreachable, id="no http"),
        pytest.param(respond(206), InputNotServed, id="a part"),
        pytest.param(respond(204), InputNotServed, id="nothing"),
        pytest.param(respond(304), InputNotServed, id="not modified"),
        pytest.param(respond(403), InputNotServed, id="forbidden"),
        pytest.param(respond(404), InputNotServed, id="not found"),
        pytest.param(respond(429), InputUnreachable, id="too many"),
        pytest.param(respond(503), InputUnreachable, id="busy"),
        pytest.param(respond(302), InputNotServed, id="a redirect without a url"),
    ],
)
def test_what_is_not_the_file_is_an_error_that_says_whether_to_try_again(
    server: Receiver, path: Path, behaviour: Behaviour, kind: type[HeavyliftError]
) -> None:
    server.script["/odd"] = [behaviour]
    with pytest.raises(HeavyliftError) as failed:
        fetch(DIALER, wanted(server.url("/odd")), path)
    assert type(failed.value) is kind
    assert failed.value.retryable == (kind is InputUnreachable)
    assert not path.exists() or path.stat().st_size <= MAX


def test_a_body_longer_than_its_length_is_cut_there(server: Receiver, path: Path) -> None:
    server.script["/longer"] = [promise(4, CONTENT)]
    assert fetch(DIALER, wanted(server.url("/longer")), path) == 4
    assert path.read_bytes() == CONTENT[:4]


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(hang, id="no answer"),
        pytest.param(send_raw(b"HTTP/1.1 200 OK\r\nX: ", forever=b"x"), id="a header without an end"),
        pytest.param(drip(0.02), id="byte by byte"),
        pytest.param(redirect_to("/slow"), id="redirects to itself"),
    ],
)
def test_a_slow_server_is_given_up_in_time(server: Receiver, path: Path, behaviour: Behaviour) -> None:
    server.script["/slow"] = [behaviour]
    began = time.monotonic()
    with pytest.raises((InputUnreachable, InputNotServed)):
        fetch(DIALER, wanted(server.url("/slow"), seconds=IN_TIME_S), path)
    assert time.monotonic() - began < IN_TIME_S + 5


def test_a_redirect_is_followed_and_headers_stay_with_their_origin(server: Receiver, path: Path) -> None:
    server.script["/near"] = [redirect_to("/far-away", 307)]
    server.script["/far-away"] = [redirect_to(server.url("/other", "other.example.test"), 301)]
    server.script["/other"] = [redirect_to(server.url("/home"), 308)]
    server.script["/home"] = [serve(CONTENT)]
    assert fetch(DIALER, wanted(server.url("/near"), SECRET), path) == len(CONTENT)
    sent = {
        each: server.at(each)[-1].headers.get("authorization") for each in ("/near", "/far-away", "/other")
    }
    assert sent == {"/near": "Bearer secret", "/far-away": "Bearer secret", "/other": None}


@pytest.mark.parametrize(
    "location", ["ftp://example.org/", "file:///etc/passwd", "https://user:word@example.org/", "http://["]
)
def test_a_redirect_to_something_else_is_refused(server: Receiver, path: Path, location: str) -> None:
    server.script["/leads"] = [redirect_to(location)]
    with pytest.raises(InputAddressRefused):
        fetch(DIALER, wanted(server.url("/leads")), path)


def test_redirects_end(server: Receiver, path: Path) -> None:
    server.script["/circle"] = [redirect_to("/circle")]
    with pytest.raises(InputNotServed):
        fetch(DIALER, wanted(server.url("/circle")), path)


@pytest.mark.parametrize(
    "location",
    ["https://169.254.169.254/latest/meta-data/", "https://[::1]/", "https://10.0.0.1/", "http://a.example/"],
)
def test_a_redirect_inward_is_refused(
    location: str, path: Path, monkeypatch: pytest.MonkeyPatch, secure: Receiver
) -> None:
    connect = socket.create_connection
    dialed = []

    def connect_to_server(address: tuple[str, int], timeout: float) -> socket.socket:
        dialed.append(address[0])
        return connect(("127.0.0.1", secure.port), timeout)

    monkeypatch.setattr(socket, "create_connection", connect_to_server)
    dialer = Dialer(private=False, resolve=lambda host, port: ["1.1.1.1"], tls=trust_authority())
    secure.script["/inward"] = [redirect_to(location)]
    with pytest.raises(InputAddressRefused):
        fetch(dialer, wanted(f"https://{NAME}/inward"), path)
    assert dialed == ["1.1.1.1"]


def test_a_redirect_to_a_name_that_leads_inward_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch, secure: Receiver
) -> None:
    """Each hop resolves its own name, and each address is judged."""
    connect = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda _address, timeout: connect(("127.0.0.1", secure.port), timeout)
    )
    addresses = {NAME: ["1.1.1.1"], "inside.example.test": ["1.1.1.1", "127.0.0.1"]}
    dialer = Dialer(private=False, resolve=lambda host, port: addresses[host], tls=trust_authority())
    secure.script["/inward"] = [redirect_to("https://inside.example.test/")]
    with pytest.raises(InputAddressRefused, match="private address"):
        fetch(dialer, wanted(f"https://{NAME}/inward"), path)


def test_a_look_can_stop_it(server: Receiver, path: Path) -> None:
    class Stop(Exception):
        pass

    def look() -> None:
        raise Stop

    server.script["/stopped"] = [serve(CONTENT)]
    with pytest.raises(Stop):
        fetch(DIALER, Fetch(server.url("/stopped"), {}, MAX, 5, look), path)
