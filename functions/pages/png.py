"""A raster → a PNG file: filtered by Pillow's subtraction, deflated by ISA-L.

Done in strips that stay in the processor's cache. PNG's Up filter makes pictures smaller and text larger: a
sample of the page decides. ISA-L at level 1 takes a small part of zlib's time (benchmarks/render.py measures
it, and the sizes). Where size counts more, zlib deflates, and each strip is filtered or not, whichever is
better.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib
from PIL import Image, ImageChops

from documents.raster import Raster

ROWS = 64
"""Rows filtered at once. Measured: 16 and whole pages are both slower."""
PLAIN_ROWS = 256
"""Rows deflated at once that are not filtered."""
SAMPLES, SAMPLE_ROWS = 8, 8
"""The strips that decide for a page. On 57 pages of text, scans and slides they chose the larger twice, which
cost 0.02 % of all bytes; 4 strips of 64 rows chose no better, and took a seventh of the time on text."""
SMALL_LEVEL = 6
"""zlib's 9 takes four times as long for 2 % less."""
INCH_M = 0.0254
UP = 2
"""The filter type "Up": each byte less the one above it."""
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
    if _filter_helps(raster):
        strips = _filtered(raster, _cut(raster.height, ROWS))
    else:
        strips = _plain(raster, _cut(raster.height, PLAIN_ROWS))
    for strip in strips:
        yield deflate.compress(strip)
    yield deflate.flush()


def _deflated_small(raster: Raster) -> Iterator[bytes]:
    deflate = zlib.compressobj(SMALL_LEVEL)
    strips = _cut(raster.height, ROWS)
    for filtered, plain in zip(_filtered(raster, strips), _plain(raster, strips), strict=True):
        helps = _deflated_size([filtered]) < _deflated_size([plain])
        yield deflate.compress(filtered if helps else plain)
    yield deflate.flush()


def _filter_helps(raster: Raster) -> bool:
    """Judged by a few strips of the page."""
    apart = max(1, raster.height // SAMPLE_ROWS // SAMPLES)
    sample = _cut(raster.height, SAMPLE_ROWS)[apart // 2 :: apart]
    return _deflated_size(_filtered(raster, sample)) < _deflated_size(_plain(raster, sample))


def _deflated_size(strips: Iterable[memoryview]) -> int:
    deflate = isal_zlib.compressobj(1)
    return sum(len(deflate.compress(strip)) for strip in strips) + len(deflate.flush())


def _cut(height: int, rows: int) -> list[range]:
    """A page's rows in strips of so many; the last may have fewer."""
    return [range(first, min(first + rows, height)) for first in range(0, height, rows)]


def _filtered(raster: Raster, strips: list[range]) -> Iterator[memoryview]:
    """The strips' bytes less those one row above. Each is good until the next."""
    stride, data = raster.stride, memoryview(raster.data)
    buffer = memoryview(bytearray(len(strips[0]) * stride))
    for rows in strips:
        size = stride * len(rows)
        strip = buffer[:size]
        # The row of zeros comes first in `data`.
        above, below = data[rows.start * stride :][:size], data[(rows.start + 1) * stride :][:size]
        result = _as_image(strip, stride)
        result.readonly = 0  # or Pillow would write into a copy
        # A fifth of the time that tobytes() takes.
        result.paste(ImageChops.subtract_modulo(_as_image(below, stride), _as_image(above, stride)))
        strip[::stride] = bytes([UP]) * len(rows)
        yield strip


def _as_image(view: memoryview, stride: int) -> Image.Image:
    """The buffer itself as a gray image, one byte to a pixel."""
    return Image.frombuffer("L", (stride, len(view) // stride), view, "raw", "L", 0, 1)  # type: ignore[arg-type]  # any buffer


def _plain(raster: Raster, strips: list[range]) -> Iterator[memoryview]:
    """The same strips as they are."""
    stride, data = raster.stride, memoryview(raster.data)
    for rows in strips:
        yield data[(rows.start + 1) * stride : (rows.stop + 1) * stride]
