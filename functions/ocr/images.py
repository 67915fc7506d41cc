"""The frames of an image, decoded in the child: upright as EXIF says, with square pixels, on white."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import BinaryIO

import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from documents.text_layer import OwnLine
from heavylift.errors import InvalidInput
from ocr.errors import ImageDamaged, ImageTooLarge, NotAnImage, TooManyFrames
from ocr.handoff import Request
from ocr.resolution import is_dpi_ignored, is_turned, read_aspect, read_dpi, square_size
from ocr.samples import to_rgb
from ocr.warnings import PIXELS_SQUARED, RESOLUTION_HALVED, RESOLUTION_IGNORED, SMALL_COPIES_LEFT_OUT

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "HEIF")
ORIENTATION = 0x0112
SUBFILE, OLD_SUBFILE = 254, 255
REDUCED_OR_MASK = 1 | 4
"""Bits of the tag SUBFILE."""
OLD_REDUCED = 2
"""The value of the tag OLD_SUBFILE for a smaller copy."""
HALVED = ("1", "L", "RGB")
"""Modes of images that are read at half their resolution if they are too large, as A3 at 600 dpi."""
MAX_COPIES = 10
"""Smaller copies and masks in a TIFF, for each page that one job may have."""

pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


@contextlib.contextmanager
def _typed(detail: str = "") -> Iterator[None]:
    """Raise ImageDamaged for whatever a decoder raises: Pillow's raise a dozen kinds of errors."""
    try:
        yield
    except (InvalidInput, MemoryError):
        raise
    except Exception as error:
        raise ImageDamaged(detail) from error


class ImagePages:
    """The pages of an image: every frame of a TIFF, and the first picture of the other formats."""

    def __init__(self, file: BinaryIO, default_dpi: int, max_megapixels: float, max_frames: int) -> None:
        Image.MAX_IMAGE_PIXELS = None  # check() limits the size, before a pixel is decoded
        with _typed():
            try:
                self._image = Image.open(file, formats=FORMATS)
            except UnidentifiedImageError:
                raise NotAnImage from None
        self._default_dpi, self._max_megapixels = default_dpi, max_megapixels
        self._frames, self._copies = self._list_frames(max_frames) if self._is_tiff else ([0], 0)
        self.count = len(self._frames)

    @property
    def _is_tiff(self) -> bool:
        return self._image.format == "TIFF"

    def _list_frames(self, max_frames: int) -> tuple[list[int], int]:
        """Return the frames that are pages, and the number of the others: smaller copies and masks.

        Looks at them one by one: a file may claim any number of frames, or its frames may form a circle.
        """
        pages: list[int] = []
        for frame in range(max_frames * MAX_COPIES + 1):
            with _typed(f"Frame {frame + 1} can't be found."):
                try:
                    self._image.seek(frame)
                except EOFError:
                    return pages or list(range(frame)), frame - len(pages) if pages else 0
                if not self._is_copy():
                    pages.append(frame)
            if len(pages) > max_frames:
                break
        raise TooManyFrames(f"One job reads at most {max_frames} frames.")

    def _is_copy(self) -> bool:
        """Whether the frame is a thumbnail, a level of a pyramid, or a mask."""
        tags = getattr(self._image, "tag_v2", {})
        subfile = tags.get(SUBFILE, 0)
        is_copy = isinstance(subfile, int) and subfile & REDUCED_OR_MASK
        return bool(is_copy) or tags.get(OLD_SUBFILE) == OLD_REDUCED

    def check(self, page: int) -> None:
        with _typed(f"Page {page} can't be read."):
            self._seek(page)
            width, height = square_size(self._image.size, read_aspect(self._image))
        most = self._max_megapixels * (2 if self._image.mode in HALVED else 1)
        if width * height > most * 1e6:
            raise ImageTooLarge(
                f"Page {page} has {width} x {height} pixels, {width * height / 1e6:,.0f} megapixels; at most "
                f"{most:g} are read."
            )

    def decode(self, page: int, *, instead: bool = False) -> tuple[Image.Image, int, list[str]]:
        del instead  # there is one decoder for each format
        self.check(page)
        with _typed(f"Page {page} can't be decoded."):
            aspect, dpi = read_aspect(self._image), read_dpi(self._image)
            if is_turned(self._image.getexif().get(ORIENTATION)):
                aspect = 1 / aspect
            self._image.load()  # turns a TIFF upright
            halved, factor = self._halve(self._image)  # first: the next step copies it
            image, notes = to_rgb(ImageOps.exif_transpose(halved), getattr(self._image, "tag_v2", {}))
            if aspect != 1:
                image = image.resize(square_size(image.size, aspect), Image.Resampling.BICUBIC)
                notes.append(PIXELS_SQUARED)
        if is_dpi_ignored(self._image):
            notes.append(RESOLUTION_IGNORED)
        if self._copies:
            notes.append(SMALL_COPIES_LEFT_OUT)
        return (
            image,
            (max(dpi) if dpi else self._default_dpi) // factor,
            notes + [RESOLUTION_HALVED] * (factor - 1),
        )

    def _halve(self, image: Image.Image) -> tuple[Image.Image, int]:
        """Return the image, at half its resolution if it is too large, and by what its sides were divided."""
        if image.width * image.height <= self._max_megapixels * 1e6 or image.mode not in HALVED:
            return image, 1
        return (image.convert("L") if image.mode == "1" else image).reduce(2), 2

    def can_lay(self) -> bool:
        return False

    def read_text(self, page: int, request: Request) -> list[OwnLine]:  # noqa: ARG002 - the protocol's
        """Return no lines: an image has no text of its own."""
        return []

    def _seek(self, page: int) -> None:
        # The first frame of another format may not be its main picture, which is the one that opens.
        if self._is_tiff:
            self._image.seek(self._frames[page - 1])
