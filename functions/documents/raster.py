"""A drawn page in memory, laid out so that saving it as PNG moves no pixel.

    stride bytes of zero
    ┌───┬───────────────┐
    │ f │ pixels of row │  x height        stride = 1 + width x channels
    └───┴───────────────┘

The spare byte before each row is PNG's filter type, and the row of zeros is what PNG's Up filter subtracts
from the first row. The engines draw straight into this buffer.
"""

from __future__ import annotations

from PIL import Image

UP = 2
"""PNG's filter type "Up": each byte less the one above it."""


class Raster:
    """Pixels, 8 bits to a channel: 1 channel of gray or 3 of RGB. White, to begin with."""

    __slots__ = ("channels", "data", "height", "stride", "width")

    def __init__(self, width: int, height: int, *, gray: bool) -> None:
        self.width, self.height, self.channels = width, height, 1 if gray else 3
        self.stride = 1 + width * self.channels
        self.data = bytearray(b"\xff") * (self.stride * (height + 1))
        self.data[: self.stride] = bytes(self.stride)
        # Row n is marked n x UP, so that subtracting the row above leaves UP in every row.
        self.data[self.stride :: self.stride] = bytes(UP * row & 255 for row in range(1, height + 1))

    @property
    def offset(self) -> int:
        """Where in `data` the first pixel is."""
        return self.stride + 1

    def row(self, index: int) -> memoryview:
        """The pixels of a row, to be written."""
        start = self.offset + index * self.stride
        return memoryview(self.data)[start : start + self.stride - 1]

    def image(self) -> Image.Image:
        """A copy for Pillow, in mode L or RGB."""
        mode = "L" if self.channels == 1 else "RGB"
        pixels = (
            bytes(memoryview(self.data)[self.offset :]) + b"\0"
        )  # the last row has no neighbour's spare byte
        return Image.frombytes(mode, (self.width, self.height), pixels, "raw", mode, self.stride, 1)
