"""A drawn page in memory, laid out so that saving it as PNG moves no pixel.

    stride bytes of zero
    ┌───┬───────────────┐
    │ 0 │ pixels of row │  x height        stride = 1 + width x channels
    └───┴───────────────┘

The byte before each row is PNG's filter type "None". PNG's Up filter subtracts the row of zeros from the
first row. The engines draw into this buffer.
"""

from __future__ import annotations

from PIL import Image

STRIP_ROWS = 64
"""Rows turned at once. They fit the processor's cache, where turning takes a fifth of the time."""


class Raster:
    """Pixels with 8 bits a channel: 1 channel of gray or 3 of RGB. White at first."""

    __slots__ = ("channels", "data", "height", "stride", "width")

    def __init__(self, width: int, height: int, *, gray: bool) -> None:
        self.width, self.height, self.channels = width, height, 1 if gray else 3
        self.stride = 1 + width * self.channels
        self.data = bytearray(b"\xff") * (self.stride * (height + 1))
        self.data[: self.stride] = bytes(self.stride)
        self.data[self.stride :: self.stride] = bytes(height)

    @property
    def mode(self) -> str:
        """Pillow's name for the kind of pixels: L or RGB."""
        return "L" if self.channels == 1 else "RGB"

    @property
    def offset(self) -> int:
        """The index of the first pixel in `data`."""
        return self.stride + 1

    def row(self, index: int) -> memoryview:
        """Return a writable view of the row's pixels."""
        start = self.offset + index * self.stride
        return memoryview(self.data)[start : start + self.stride - 1]

    def is_white(self) -> bool:
        """Whether every pixel is white. Quick for a page with anything on it."""
        white = b"\xff" * (self.stride - 1)
        return all(self.row(index) == white for index in range(self.height))

    def fill_from_turned(self, turned: Image.Image) -> None:
        """Copy the pixels of `turned`, an L or RGBX image, after a quarter turn counterclockwise."""
        for first in range(0, self.height, STRIP_ROWS):
            rows = min(STRIP_ROWS, self.height - first)
            columns = turned.crop((self.height - first - rows, 0, self.height - first, self.width))
            strip = columns.transpose(Image.Transpose.ROTATE_90).tobytes("raw", self.mode, self.stride, 1)
            start = self.offset + first * self.stride
            # A row of the strip ends with a zero: the filter type of the next row. No row follows the last.
            self.data[start : start + len(strip) - 1] = memoryview(strip)[:-1]

    def to_image(self) -> Image.Image:
        """Return a copy as a Pillow image, in mode L or RGB."""
        # Pillow reads a whole stride per row: the last row lacks the filter type of a next one.
        pixels = bytes(memoryview(self.data)[self.offset :]) + b"\0"
        return Image.frombytes(self.mode, (self.width, self.height), pixels, "raw", self.mode, self.stride, 1)
