"""Which encodings the first bytes of a text may be in. The one place that guesses: light, for the API too."""

from __future__ import annotations

from codecs import getincrementaldecoder

from heavylift.tasks.sniff import SNIFF_BYTES

UTF8 = "utf-8-sig"
NAMES = {"cp1252": "Windows-1252", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode_head(head: bytes) -> dict[str, str]:
    """Return the head as text, by encoding, the likeliest first: one, two or none.

    `head` is the first SNIFF_BYTES of a file, or all of a shorter one.
    """
    decoded = {encoding: _decode(head, encoding) for encoding in _find_candidates(head)}
    return {encoding: text for encoding, text in decoded.items() if text is not None}


def _find_candidates(head: bytes) -> tuple[str, ...]:
    if head.startswith(BYTE_ORDER_MARKS):
        return ("utf-16",)
    if b"\0" not in head:
        return UTF8, "cp1252"
    # Most characters of a table are Latin: every other byte is zero.
    odd, even = head[1::2].count(0), head[::2].count(0)
    if min(odd, even) or max(odd, even) * 3 < len(head):
        return ()
    return ("utf-16-le" if odd else "utf-16-be",)


def _decode(head: bytes, encoding: str) -> str | None:
    try:
        # The end of a full head may be in the middle of a character.
        return getincrementaldecoder(encoding)().decode(head, final=len(head) < SNIFF_BYTES)
    except UnicodeDecodeError:
        return None
