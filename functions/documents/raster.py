"""A drawn page in memory, laid out so that saving it as PNG moves no pixel.

    stride bytes of zero
    ┌───┬───────────────┐
    │ 0 │ pixels of row │  x height        stride = 1 + width x channels
    └───┴───────────────┘

The spare byte before each row is PNG's filter type, "None", and the row of zeros is what PNG's Up filter
subtracts from the first row. The engines draw straight into this buffer.
"""

from __future__ import annotations

from PIL import Image

STRIP = 64
"""Rows turned at once: few enough to stay in the processor's cache, where turning takes a fifth."""


class Raster:
    """Pixels, 8 bits to a channel: 1 channel of gray or 3 of RGB. White, to begin with."""

    __slots__ = ("channels", "data", "height", "stride", "width")

    def __init__(self, width: int, height: int, *, gray: bool) -> None:
        self.width, self.height, self.channels = width, height, 1 if gray else 3
        self.stride = 1 + width * self.channels
        self.data = bytearray(b"\xff") * (self.stride * (height + 1))
        self.data[: self.stride] = bytes(self.stride)
        self.data[self.stride :: self.stride] = bytes(height)

    @property
    def mode(self) -> str:
        """Pillow's word for the kind of pixels."""
        return "L" if self.channels == 1 else "RGB"

    @property
    def offset(self) -> int:
        """Where in `data` the first pixel is."""
        return self.stride + 1

    def row(self, index: int) -> memoryview:
        """The pixels of a row, to be written."""
        start = self.offset + index * self.stride
        return memoryview(self.data)[start : start + self.stride - 1]

    def turn_back(self, turned: Image.Image) -> None:
        """Takes the pixels of a picture, L or RGBX, that lies a quarter turn clockwise from this."""
        for first in range(0, self.height, STRIP):
            rows = min(STRIP, self.height - first)
            columns = turned.crop((self.height - first - rows, 0, self.height - first, self.width))
            strip = columns.transpose(Image.Transpose.ROTATE_90).tobytes("raw", self.mode, self.stride, 1)
            start = self.offset + first * self.stride
            # Each row ends with a zero, the spare byte of the next; there is none after the last.
            self.data[start : start + len(strip) - 1] = memoryview(strip)[:-1]

    def image(self) -> Image.Image:
        """A copy for Pillow, in mode L or RGB."""
        # The last row has no neighbour's spare byte.
        pixels = bytes(memoryview(self.data)[self.offset :]) + b"\0"
        return Image.frombytes(self.mode, (self.width, self.height), pixels, "raw", self.mode, self.stride, 1)
