"""Wide samples, transparent pixels and pixels that are not square, as devices make them."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from ocr import warnings
from ocr.images import ImagePages
from tests.support.pictures import encode_image

RESOLUTION_UNIT = 296


def open_pages(content: bytes) -> ImagePages:
    return ImagePages(io.BytesIO(content), 200, 50, 10)


def decode_gray(content: bytes) -> tuple[int, int, list[str]]:
    """Return the darkest and the lightest gray of the first page, and its notes."""
    image, _, notes = open_pages(content).decode(1)
    low, high = image.convert("L").getextrema()
    assert isinstance(low, int)
    assert isinstance(high, int)
    return low, high, notes


def encode_samples(low: float, high: float, kind: Any, *, tags: dict[int, Any] | None = None) -> bytes:
    """Return a TIFF, dark above and light below."""
    samples = np.full((20, 30), low, kind)
    samples[10:] = high
    image = Image.frombuffer("I", (30, 20), samples.tobytes(), "raw", "I", 0, 1) if kind == np.int32 else None
    options: dict[str, Any] = {"tiffinfo": tags} if tags else {}
    return encode_image(image or Image.fromarray(samples), "TIFF", **options)


@pytest.mark.parametrize(
    ("low", "high", "kind", "expected", "stretched"),
    [
        (0, 65535, np.uint16, (0, 255), False),
        (1000, 40_000, np.uint16, (4, 156), False),
        (100, 4000, np.uint16, (0, 255), True),
        (0, 1000, np.uint16, (0, 255), True),
        (0, 255, np.uint16, (0, 255), True),
        (0.0, 1.0, np.float32, (0, 255), False),
        (0.2, 0.8, np.float32, (51, 204), False),
        (0.0, 255.0, np.float32, (0, 255), False),
        (-3.5, 12.25, np.float32, (0, 255), True),
        (0.0, 40_000.0, np.float32, (0, 255), True),
        (0.0, 0.01, np.float32, (0, 255), True),
        (0, 255, np.int32, (0, 255), False),
        (0, 65535, np.int32, (0, 255), False),
        (0, 70_000, np.int32, (0, 255), True),
        (-100, 100, np.int32, (0, 255), True),
    ],
)
def test_samples_fill_the_range(
    low: float, high: float, kind: Any, expected: tuple[int, int], *, stretched: bool
) -> None:
    tags = {339: 2} if kind == np.int32 else None
    assert decode_gray(encode_samples(low, high, kind, tags=tags)) == (
        *expected,
        [warnings.RANGE_STRETCHED] * stretched,
    )


def test_the_largest_sample_that_the_image_states_is_white() -> None:
    content = encode_samples(0, 3000, np.uint16, tags={281: 4095})
    assert decode_gray(content) == (0, round(3000 / 4095 * 255), [])


def encode_wide_colours(white: int) -> bytes:
    """Return a TIFF with 16 bits a channel, black above and white below. Pillow writes none."""
    pixels = np.zeros((20, 30, 3), "<u2")
    pixels[10:] = white
    # width, height, bits (below), no compression, RGB, offset, channels, rows, bytes
    bits, data = 8, 14
    entries = [(256, 30), (257, 20), (258, bits), (259, 1), (262, 2), (273, data), (277, 3), (278, 20)]
    table = b"".join(
        struct.pack("<HHII", tag, 3, 3 if tag == 258 else 1, value)
        for tag, value in [*entries, (279, pixels.nbytes)]
    )
    head = b"II*\0" + struct.pack("<I", data + pixels.nbytes) + struct.pack("<HHH", 16, 16, 16)
    return head + pixels.tobytes() + struct.pack("<H", 9) + table + bytes(4)


@pytest.mark.parametrize(
    ("white", "stretched"), [(65535, False), (40_000, False), (4095, True), (1023, True)]
)
def test_wide_colours_fill_the_range(white: int, *, stretched: bool) -> None:
    expected = 255 if stretched else white >> 8
    assert decode_gray(encode_wide_colours(white)) == (0, expected, [warnings.RANGE_STRETCHED] * stretched)


def test_white_may_be_zero() -> None:
    assert decode_gray(encode_samples(0, 65535, np.uint16, tags={262: 0})) == (0, 255, [])
    assert decode_gray(encode_samples(0, 0, np.uint16, tags={262: 0}))[:2] == (255, 255)


def test_a_page_of_one_shade_keeps_it() -> None:
    assert decode_gray(encode_samples(65535, 65535, np.uint16))[:2] == (255, 255)
    assert decode_gray(encode_samples(0, 0, np.uint16))[:2] == (0, 0)


def test_samples_that_are_no_numbers_are_black() -> None:
    assert decode_gray(encode_samples(float("nan"), 1.0, np.float32)) == (0, 255, [])
    assert decode_gray(encode_samples(float("nan"), float("inf"), np.float32))[:2] == (0, 255)


def draw_ink(ink: tuple[int, int, int, int], ground: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("RGBA", (60, 60), ground)
    image.paste(ink, (20, 20, 40, 40))
    return image


@pytest.mark.parametrize(
    ("ink", "ground", "corner", "notes"),
    [
        ((255, 255, 255, 255), (0, 0, 0, 0), 0, [warnings.DARK_GROUND]),
        ((255, 255, 210, 255), (255, 255, 255, 0), 0, [warnings.DARK_GROUND]),
        ((0, 0, 0, 255), (0, 0, 0, 0), 255, []),
        ((200, 0, 0, 255), (0, 0, 0, 0), 255, []),
        ((0, 0, 0, 255), (255, 255, 255, 255), 255, []),
        ((255, 255, 255, 255), (255, 255, 255, 255), 255, []),
        ((0, 0, 0, 0), (0, 0, 0, 0), 255, []),
    ],
)
def test_transparent_pixels_are_white_unless_nothing_could_be_seen(
    ink: tuple[int, int, int, int], ground: tuple[int, int, int, int], corner: int, notes: list[str]
) -> None:
    image, _, found = open_pages(encode_image(draw_ink(ink, ground))).decode(1)
    assert image.getpixel((0, 0)) == (corner,) * 3
    assert found == notes


def test_a_fax_has_square_pixels() -> None:
    content = encode_image(Image.new("1", (1728, 1100), 1), "TIFF", dpi=(204, 98), compression="group4")
    image, dpi, notes = open_pages(content).decode(1)
    assert (image.size, dpi, notes) == ((1728, 2290), 204, [warnings.PIXELS_SQUARED])


@pytest.mark.parametrize(
    ("dpi", "orientation", "size"),
    [
        ((100, 200), 1, (80, 60)),
        ((100, 200), 6, (60, 80)),
        ((200, 100), 6, (120, 40)),
        ((200, 201), 1, (40, 60)),
    ],
)
@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_square_pixels_and_the_orientation_go_together(
    kind: str, dpi: tuple[int, int], orientation: int, size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image, found, _ = open_pages(encode_image(Image.new("L", (40, 60)), kind, dpi=dpi, exif=exif)).decode(1)
    assert (image.size, found) == (size, max(dpi))


def test_a_shape_without_a_unit_counts_and_an_impossible_one_does_not() -> None:
    options: dict[str, Any] = {"resolution_unit": 1, "x_resolution": 2.0, "y_resolution": 1.0}
    image, dpi, _ = open_pages(encode_image(Image.new("L", (40, 60)), "TIFF", **options)).decode(1)
    assert (image.size, dpi) == ((40, 120), 200)
    image, *_ = open_pages(encode_image(Image.new("L", (40, 60)), "TIFF", dpi=(7200, 72))).decode(1)
    assert image.size == (40, 60)


@pytest.mark.parametrize(
    ("dpi", "found", "ignored"), [(None, 200, False), (300, 300, False), (10, 200, True)]
)
def test_a_resolution_that_is_not_plausible_is_ignored(dpi: int | None, found: int, *, ignored: bool) -> None:
    options: dict[str, Any] = {"dpi": (dpi, dpi)} if dpi else {}
    _, used, notes = open_pages(encode_image(Image.new("L", (40, 60)), **options)).decode(1)
    assert (used, notes) == (found, [warnings.RESOLUTION_IGNORED] * ignored)


def encode_pages(*kinds: tuple[tuple[int, int], int]) -> bytes:
    """Return a TIFF with a frame for each (size, value of the tag NewSubfileType)."""
    out = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(out, new=True) as writer:
        for size, subfile in kinds:
            Image.new("L", size, 255).save(writer, "TIFF", tiffinfo={254: subfile})
            writer.newFrame()
    return out.getvalue()


def test_smaller_copies_and_masks_are_no_pages() -> None:
    pages = open_pages(
        encode_pages(((10, 15), 1), ((40, 60), 0), ((20, 30), 1), ((40, 60), 4), ((44, 66), 2))
    )
    assert pages.count == 2
    assert [pages.decode(page)[0].size for page in (1, 2)] == [(40, 60), (44, 66)]
    assert pages.decode(1)[2] == [warnings.SMALL_COPIES_LEFT_OUT]


def test_a_tiff_of_smaller_copies_only_is_read() -> None:
    pages = open_pages(encode_pages(((10, 15), 1), ((20, 30), 1)))
    assert (pages.count, pages.decode(2)[2]) == (2, [])
