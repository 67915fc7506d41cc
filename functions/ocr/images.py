"""The frames of an image, decoded in the child: upright as EXIF says, on white."""

from __future__ import annotations

import struct
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.errors import ImageDamaged, ImageTooLarge, NotAnImage, TooManyFrames

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF")
PLAUSIBLE_DPI = range(50, 1201)
"""Another resolution in an image is a default of the program that wrote it, and is ignored."""
BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error)
"""The errors that Pillow raises on incomplete or inconsistent images."""


class ImagePages:
    """The pages of an image: every frame of a TIFF, and the first frame of the other formats."""

    def __init__(self, file: BinaryIO, default_dpi: int, max_megapixels: float, max_frames: int) -> None:
        Image.MAX_IMAGE_PIXELS = None  # check() limits the size, before a pixel is decoded
        try:
            self._image = Image.open(file, formats=FORMATS)
        except UnidentifiedImageError:
            raise NotAnImage from None
        except BROKEN:
            raise ImageDamaged from None
        self._default_dpi, self._max_megapixels = default_dpi, max_megapixels
        self.count = self._count_frames(max_frames) if self._image.format == "TIFF" else 1

    def _count_frames(self, max_frames: int) -> int:
        """Count frame by frame: a file may claim any number of frames, or its frames may form a circle."""
        for frame in range(max_frames + 1):
            try:
                self._image.seek(frame)
            except EOFError:
                return frame
            except BROKEN:
                raise ImageDamaged(f"Frame {frame + 1} can't be found.") from None
        raise TooManyFrames(f"One job reads at most {max_frames} frames.")

    def check(self, page: int) -> None:
        self._seek(page)
        width, height = self._image.size
        if width * height > self._max_megapixels * 1e6:
            raise ImageTooLarge(
                f"Page {page} has {width} x {height} pixels, {width * height / 1e6:,.0f} megapixels; at most "
                f"{self._max_megapixels:g} are read."
            )

    def decode(self, page: int) -> tuple[Image.Image, int]:
        self.check(page)
        try:
            self._image.load()
            upright = ImageOps.exif_transpose(self._image)
            return _flatten(upright), self._read_dpi()
        except BROKEN:
            raise ImageDamaged(f"Page {page} can't be decoded.") from None

    def read_text(self, page: int) -> list[tuple[str, tuple[int, int, int, int]]]:  # noqa: ARG002 - the protocol's
        """Return no lines: an image has no text of its own."""
        return []

    def _seek(self, page: int) -> None:
        try:
            self._image.seek(page - 1)
        except BROKEN:
            raise ImageDamaged(f"Page {page} can't be found.") from None

    def _read_dpi(self) -> int:
        found = self._image.info.get("dpi", (0, 0))
        try:
            dpi = round(float(found[0]))
        except (TypeError, ValueError, OverflowError, ZeroDivisionError, IndexError):
            return self._default_dpi
        return dpi if dpi in PLAUSIBLE_DPI else self._default_dpi


def _flatten(image: Image.Image) -> Image.Image:
    """Return the image in RGB, on white, whatever its mode."""
    if image.mode.startswith("I"):  # 16 bits: Pillow would clip the values at 255
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")
