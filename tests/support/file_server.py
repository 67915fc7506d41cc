"""What a server of files does: the honest and the hostile behaviours of `tests/support/receiver.py`."""

from __future__ import annotations

import gzip

from tests.support.receiver import Behaviour, Request, respond, send_raw

BEGUN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def serve(content: bytes, **headers: str) -> Behaviour:
    """Send the content with its length."""

    def answer(request: Request) -> None:
        request.send_response(200)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return answer


def serve_chunks(content: bytes) -> Behaviour:
    """Send the content in chunks, without its length."""
    pieces = [content[start : start + 7] for start in range(0, len(content), 7)]
    chunks = [f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces]
    return send_raw(BEGUN + b"Transfer-Encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n", pause_s=0)


def promise(length: int, content: bytes) -> Behaviour:
    """Promise a length, send other bytes, and close the connection."""
    return send_raw(BEGUN + f"Content-Length: {length}\r\n\r\n".encode() + content)


def endless(*, chunked: bool = False, pause_s: float = 0) -> Behaviour:
    """Send a body without an end."""
    if chunked:
        piece = b"1000\r\n" + b"x" * 4096 + b"\r\n"
        return send_raw(BEGUN + b"Transfer-Encoding: chunked\r\n\r\n", forever=piece, pause_s=pause_s)
    return send_raw(BEGUN + b"\r\n", forever=b"x" * 4096, pause_s=pause_s)


def drip(pause_s: float) -> Behaviour:
    """Send a body byte by byte."""
    return send_raw(BEGUN + b"Content-Length: 900\r\n\r\n", forever=b"x", pause_s=pause_s)


def serve_bomb() -> Behaviour:
    """Send a small gzip stream that stands for 10 MB, whatever was asked for."""
    return serve(gzip.compress(bytes(10_000_000)), Content_Encoding="gzip")


def redirect_to(url: str, code: int = 302) -> Behaviour:
    return respond(code, Location=url)
