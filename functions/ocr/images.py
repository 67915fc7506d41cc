"""The frames of an image, for the child: decoded, turned as EXIF says, on white."""

from __future__ import annotations

import struct
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.errors import ImageDamaged, ImageTooLarge, NotAnImage, TooManyFrames

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF")
PLAUSIBLE_DPI = range(50, 1201)
"""What else an image tells of its resolution is a default of the program that wrote it."""
BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error)
"""What Pillow raises on images that are cut short or lie about themselves."""


class ImagePages:
    """Every frame of a TIFF is a page; of the other formats, which may be animated, the first alone."""

    def __init__(self, file: BinaryIO, default_dpi: int, max_megapixels: float, max_frames: int) -> None:
        Image.MAX_IMAGE_PIXELS = None  # check() says it in words, before a pixel is decoded
        try:
            self._image = Image.open(file, formats=FORMATS)
        except UnidentifiedImageError:
            raise NotAnImage from None
        except BROKEN:
            raise ImageDamaged from None
        self._default_dpi, self._max_megapixels = default_dpi, max_megapixels
        self.count = self._count(max_frames) if self._image.format == "TIFF" else 1

    def _count(self, most: int) -> int:
        """Frame by frame, since a file may claim any number of them, or run in a circle."""
        for frame in range(most + 1):
            try:
                self._image.seek(frame)
            except EOFError:
                return frame
            except BROKEN:
                raise ImageDamaged(f"Frame {frame + 1} can't be found.") from None
        raise TooManyFrames(f"It has more than the {most} that are read in one job.")

    def check(self, page: int) -> None:
        self._go_to(page)
        width, height = self._image.size
        if width * height > self._max_megapixels * 1e6:
            raise ImageTooLarge(
                f"Page {page} has {width} x {height} pixels, {width * height / 1e6:,.0f} megapixels; at most "
                f"{self._max_megapixels:g} are read."
            )

    def image(self, page: int) -> tuple[Image.Image, int]:
        self.check(page)
        try:
            self._image.load()
            upright = ImageOps.exif_transpose(self._image)
            return _on_white(upright), self._dpi()
        except BROKEN:
            raise ImageDamaged(f"Page {page} can't be decoded.") from None

    def text(self, page: int) -> list[tuple[str, tuple[int, int, int, int]]]:  # noqa: ARG002 - the port's
        """An image has no text of its own."""
        return []

    def _go_to(self, page: int) -> None:
        try:
            self._image.seek(page - 1)
        except BROKEN:
            raise ImageDamaged(f"Page {page} can't be found.") from None

    def _dpi(self) -> int:
        told = self._image.info.get("dpi", (0, 0))
        try:
            dpi = round(float(told[0]))
        except (TypeError, ValueError, OverflowError, ZeroDivisionError, IndexError):
            return self._default_dpi
        return dpi if dpi in PLAUSIBLE_DPI else self._default_dpi


def _on_white(image: Image.Image) -> Image.Image:
    """Any mode → RGB."""
    if image.mode.startswith("I"):  # 16 bits: Pillow would cut them off at 255
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")
