"""The encoding of a request's body: plain, or gzip within a bound."""

from __future__ import annotations

import zlib

from fastapi import Request

from heavylift.errors import InvalidRequest, TooLarge, UnsupportedMedia

READ_AS_TEXT = (b"\x1f\xef\xbf\xbd", b"\x1f\xc2\x8b")
"""How gzip begins after something has read its two first bytes as text, and written them as UTF-8."""
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
    if body.startswith(READ_AS_TEXT):
        raise UnsupportedMedia(
            "What stands in front of the API has read the gzip body as text, as gateways do with JSON. Send "
            "JSON without a Content-Encoding, or a form, which may be gzip."
        )
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
