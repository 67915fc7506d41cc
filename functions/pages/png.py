"""A raster → a PNG file: filtered by Pillow's subtraction, deflated by ISA-L.

The page is processed in strips that fit the processor's cache. PNG's Up filter makes pictures smaller and
text larger, so that a sample of each page decides. ISA-L at level 1 takes a small part of zlib's time
(benchmarks/render.py measures times and sizes). If the client prefers small files, zlib deflates, and each
strip is filtered if that makes it smaller.
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
"""Rows filtered at once. 16 rows and whole pages were measured: both are slower."""
PLAIN_ROWS = 256
"""Unfiltered rows deflated at once."""
SAMPLES, SAMPLE_ROWS = 8, 8
"""The strips that decide for a page. Over 57 pages this sample picked the worse filter twice (0.02 % more
bytes). A larger sample (4 strips of 64 rows) was no more accurate and cost a seventh of the encoding time on
text pages."""
SMALL_LEVEL = 6
"""zlib's level 9 takes four times as long for 2 % fewer bytes."""
INCH_M = 0.0254
UP = 2
"""The filter type "Up": each byte minus the byte above it."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def write_png(raster: Raster, path: Path, dpi: int, *, small: bool) -> None:
    color = 0 if raster.channels == 1 else 2
    per_metre = round(dpi / INCH_M)
    with path.open("wb") as out:
        out.write(SIGNATURE)
        _write_chunk(out, b"IHDR", struct.pack(">IIBBBBB", raster.width, raster.height, 8, color, 0, 0, 0))
        _write_chunk(out, b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
        for data in _deflate_small(raster) if small else _deflate(raster):
            if data:
                _write_chunk(out, b"IDAT", data)
        _write_chunk(out, b"IEND", b"")


def _write_chunk(out: BinaryIO, kind: bytes, data: bytes) -> None:
    out.write(struct.pack(">I", len(data)) + kind)
    out.write(data)
    out.write(struct.pack(">I", isal_zlib.crc32(data, isal_zlib.crc32(kind))))


def _deflate(raster: Raster) -> Iterator[bytes]:
    deflate = isal_zlib.compressobj(1)
    if _does_filter_help(raster):
        strips = _filter_rows(raster, _cut_strips(raster.height, ROWS))
    else:
        strips = _copy_rows(raster, _cut_strips(raster.height, PLAIN_ROWS))
    for strip in strips:
        yield deflate.compress(strip)
    yield deflate.flush()


def _deflate_small(raster: Raster) -> Iterator[bytes]:
    deflate = zlib.compressobj(SMALL_LEVEL)
    strips = _cut_strips(raster.height, ROWS)
    for filtered, plain in zip(_filter_rows(raster, strips), _copy_rows(raster, strips), strict=True):
        helps = _measure_deflated([filtered]) < _measure_deflated([plain])
        yield deflate.compress(filtered if helps else plain)
    yield deflate.flush()


def _does_filter_help(raster: Raster) -> bool:
    """Whether the Up filter makes a sample of the page smaller."""
    apart = max(1, raster.height // SAMPLE_ROWS // SAMPLES)
    sample = _cut_strips(raster.height, SAMPLE_ROWS)[apart // 2 :: apart]
    return _measure_deflated(_filter_rows(raster, sample)) < _measure_deflated(_copy_rows(raster, sample))


def _measure_deflated(strips: Iterable[memoryview]) -> int:
    deflate = isal_zlib.compressobj(1)
    return sum(len(deflate.compress(strip)) for strip in strips) + len(deflate.flush())


def _cut_strips(height: int, rows: int) -> list[range]:
    """Return the page's rows in strips of `rows` rows. The last strip may be shorter."""
    return [range(first, min(first + rows, height)) for first in range(0, height, rows)]


def _filter_rows(raster: Raster, strips: list[range]) -> Iterator[memoryview]:
    """Yield each strip's bytes minus those one row above. The next strip overwrites the buffer."""
    stride, data = raster.stride, memoryview(raster.data)
    buffer = memoryview(bytearray(len(strips[0]) * stride))
    for rows in strips:
        size = stride * len(rows)
        strip = buffer[:size]
        # `data` starts with a row of zeros.
        above, below = data[rows.start * stride :][:size], data[(rows.start + 1) * stride :][:size]
        result = _to_image(strip, stride)
        result.readonly = 0  # else Pillow writes into a copy
        # paste() takes a fifth of the time of tobytes().
        result.paste(ImageChops.subtract_modulo(_to_image(below, stride), _to_image(above, stride)))
        strip[::stride] = bytes([UP]) * len(rows)
        yield strip


def _to_image(view: memoryview, stride: int) -> Image.Image:
    """Return a gray image, one byte to a pixel, that shares the buffer."""
    return Image.frombuffer("L", (stride, len(view) // stride), view, "raw", "L", 0, 1)  # type: ignore[arg-type]  # any buffer


def _copy_rows(raster: Raster, strips: list[range]) -> Iterator[memoryview]:
    """Yield the strips' bytes, unfiltered."""
    stride, data = raster.stride, memoryview(raster.data)
    for rows in strips:
        yield data[(rows.start + 1) * stride : (rows.stop + 1) * stride]
