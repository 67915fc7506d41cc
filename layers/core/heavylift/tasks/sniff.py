"""Recognising an input's media type by its first bytes. Light and pure."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable

SNIFF_BYTES = 1024
"""How much of an input's beginning is looked at."""
TEXT_OF_ANOTHER_KIND = (b"%PDF", b"{", b"[", b"<")
"""PDF, JSON, XML and HTML."""
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")

_PDF_OBJECT = re.compile(rb"(?:\A|[\r\n])[ \t]*\d{1,10}[ \t]+\d{1,5}[ \t]+obj\s*<<")
"""The first object of a PDF that has lost its header."""

Sniff = Callable[[bytes], str | None]
"""First bytes of an input → its media type, or None if the task takes nothing like it."""


def is_pdf(head: bytes) -> bool:
    """Whether the head is that of a PDF."""
    # Readers look for the header in the first 1024 bytes, not only at the very beginning. Poppler opens a
    # document without one. FDF has the same objects and no pages.
    head = head[:SNIFF_BYTES]
    return b"%PDF-" in head or (b"%FDF-" not in head and _PDF_OBJECT.search(head) is not None)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_heic(head: bytes) -> bool:
    """Whether the head is that of a picture in HEIC, as phones make them: one brand of many is enough."""
    size = int.from_bytes(head[:4], "big")
    return head[4:8] == b"ftyp" and any(brand in head[8 : min(size, 128)] for brand in HEIC_BRANDS)


def _is_text(head: bytes) -> bool:
    """Whether the head is UTF-8 text without control characters."""
    if not head.strip() or any(byte < 0x20 and byte not in b"\t\n\r\f" for byte in head):
        return False
    try:
        # The end of a full head may be in the middle of a character.
        getincrementaldecoder("utf-8-sig")().decode(head, final=len(head) < SNIFF_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def _is_table(head: bytes) -> bool:
    return _is_text(head) and not head.lstrip().startswith(TEXT_OF_ANOTHER_KIND)


def _begins(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


KNOWN: dict[str, Callable[[bytes], bool]] = {
    "image/png": _begins(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": _begins(b"\xff\xd8\xff"),
    "image/gif": _begins(b"GIF87a", b"GIF89a"),
    "image/webp": _is_webp,
    "image/tiff": _begins(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "image/heic": _is_heic,
    "application/zip": _begins(b"PK\x03\x04"),
    "application/json": lambda head: _is_text(head) and head.lstrip()[:1] in (b"{", b"["),
    "application/pdf": is_pdf,
    "text/csv": _is_table,
    "text/plain": _is_text,
}
"""Media type → whether a head is of this type. The most telling come first."""


def sniff_one_of(accepts: Iterable[str]) -> Sniff:
    """Return what recognises these media types. ValueError for one that is not in KNOWN."""
    wanted = set(accepts)
    if unknown := wanted - set(KNOWN):
        raise ValueError(f"give `sniff`: {', '.join(sorted(unknown))} is not recognised by itself")
    tests = [(media_type, test) for media_type, test in KNOWN.items() if media_type in wanted]

    def sniff(head: bytes) -> str | None:
        return next((media_type for media_type, test in tests if test(head)), None)

    return sniff
