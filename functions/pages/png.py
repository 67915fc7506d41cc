"""A raster → a PNG file: the Up filter by Pillow's subtraction, deflated by ISA-L.

Done in strips that stay in the processor's cache. ISA-L at level 1 takes a small part of zlib's time at about
1.2 times its size (benchmarks/render.py measures both). Where size counts more, zlib deflates, and each strip
is filtered or not, whichever deflates better: pictures like the filter, text does not.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib
from PIL import Image, ImageChops

from pages.raster import Raster

ROWS = 64
"""Rows of a strip. Measured: 16 and whole pages are both slower."""
SMALL_LEVEL = 6
"""zlib's 9 takes four times as long for 2 % less."""
INCH_M = 0.0254
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def write_png(raster: Raster, path: Path, dpi: int, *, small: bool) -> None:
    color = 0 if raster.channels == 1 else 2
    per_metre = round(dpi / INCH_M)
    with path.open("wb") as out:
        out.write(SIGNATURE)
        _chunk(out, b"IHDR", struct.pack(">IIBBBBB", raster.width, raster.height, 8, color, 0, 0, 0))
        _chunk(out, b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
        for data in _deflated_small(raster) if small else _deflated(raster):
            if data:
                _chunk(out, b"IDAT", data)
        _chunk(out, b"IEND", b"")


def _chunk(out: BinaryIO, kind: bytes, data: bytes) -> None:
    out.write(struct.pack(">I", len(data)) + kind)
    out.write(data)
    out.write(struct.pack(">I", isal_zlib.crc32(data, isal_zlib.crc32(kind))))


def _deflated(raster: Raster) -> Iterator[bytes]:
    deflate = isal_zlib.compressobj(1)
    for first in range(0, raster.height, ROWS):
        yield deflate.compress(_filtered(raster, first))
    yield deflate.flush()


def _deflated_small(raster: Raster) -> Iterator[bytes]:
    deflate = zlib.compressobj(SMALL_LEVEL)
    for first in range(0, raster.height, ROWS):
        strips = (_filtered(raster, first), _unfiltered(raster, first))
        yield deflate.compress(min(strips, key=lambda strip: len(isal_zlib.compress(strip, 1))))
    yield deflate.flush()


def _filtered(raster: Raster, first: int) -> bytes:
    """A strip's bytes less those one row above, filter types included."""
    rows, stride = min(ROWS, raster.height - first), raster.stride
    data = memoryview(raster.data)

    def strip(row: int) -> Image.Image:  # as a gray image over the buffer itself, one byte to a pixel
        view = data[row * stride : (row + rows) * stride]
        return Image.frombuffer("L", (stride, rows), view, "raw", "L", 0, 1)

    return ImageChops.subtract_modulo(strip(first + 1), strip(first)).tobytes()


def _unfiltered(raster: Raster, first: int) -> bytes:
    last = min(first + ROWS, raster.height)
    strip = raster.data[(first + 1) * raster.stride : (last + 1) * raster.stride]
    strip[:: raster.stride] = bytes(last - first)
    return bytes(strip)
