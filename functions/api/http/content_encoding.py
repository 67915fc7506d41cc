"""The encoding of a request's body: plain, or gzip within a bound."""

from __future__ import annotations

import zlib

from fastapi import Request

from heavylift.errors import InvalidRequest, TooLarge, UnsupportedMedia

GZIP_WINDOW = 31
"""zlib's number for gzip with the largest window."""


async def read_body(request: Request, max_bytes: int, too_large: TooLarge) -> bytes:
    """Return the body, decompressed. Raises UnsupportedMedia, InvalidRequest, or `too_large`."""
    body = await request.body()
    if len(body) > max_bytes:
        raise too_large
    match request.headers.get("content-encoding", "identity").strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip":
            return _decompress(body, max_bytes, too_large)
        case other:
            raise UnsupportedMedia(
                f"The Content-Encoding {other!r} is not supported. Use gzip, or no encoding."
            )


def _decompress(body: bytes, max_bytes: int, too_large: TooLarge) -> bytes:
    """Return the members of a gzip body, joined. Never makes more than `max_bytes` + 1."""
    content = bytearray()
    while True:
        decoder = zlib.decompressobj(GZIP_WINDOW)
        try:
            content += decoder.decompress(body, max_bytes + 1 - len(content))
        except zlib.error:
            detail = "The body is not valid gzip; its Content-Encoding says gzip."
            raise InvalidRequest.at("", detail) from None
        if len(content) > max_bytes:
            raise too_large
        if not decoder.eof:
            raise InvalidRequest.at("", "The gzip body is cut off.")
        body = decoder.unused_data
        if not body:
            return bytes(content)
