"""Untrusted images: formats, rotation, frames, limits and damage."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from heavylift.errors import InvalidInput
from ocr.errors import ImageDamaged, ImageTooLarge, NotAnImage, TooManyFrames
from ocr.images import ImagePages
from ocr.warnings import RESOLUTION_HALVED
from tests.support.pictures import HEIC, encode_image, make_png_header

RED, BLUE = (255, 0, 0), (0, 0, 255)


Opener = Callable[..., ImagePages]


@pytest.fixture
def open_pages(tmp_path: Path) -> Iterator[Opener]:
    """Return a function that opens an image. The image is closed after the test."""
    with ExitStack() as stack:

        def open_image(content: bytes, frames: int = 10) -> ImagePages:
            path = tmp_path / "image"
            path.write_bytes(content)
            file = stack.enter_context(path.open("rb"))
            return ImagePages(file, 200, 50, frames)

        yield open_image


def two_colours(mode: str = "RGB") -> Image.Image:
    """Return an image of 40 x 60 pixels, red above blue."""
    image = Image.new("RGB", (40, 60), RED)
    image.paste(BLUE, (0, 30, 40, 60))
    return image.convert(mode)


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_a_scan_of_a3_at_600_dpi_is_halved(tmp_path: Path, mode: str) -> None:
    """With a limit of a thousandth: 0.05 megapixels instead of 50."""
    path = tmp_path / "a3.tif"
    path.write_bytes(encode_image(Image.new(mode, (248, 351), "white"), "TIFF", dpi=(600, 600)))
    with path.open("rb") as file:
        image, dpi, notes = ImagePages(file, 200, 0.05, 1).decode(1)
    assert (image.mode, image.size, dpi, notes) == ("RGB", (124, 176), 300, [RESOLUTION_HALVED])
    exif = Image.Exif()
    exif[0x0112] = 6  # needs a quarter turn to the right
    path.write_bytes(encode_image(Image.new("RGB", (248, 351), "white"), "JPEG", exif=exif))
    with path.open("rb") as file:
        assert ImagePages(file, 200, 0.05, 1).decode(1)[0].size == (176, 124)
    path.write_bytes(encode_image(Image.new("I;16", (248, 351)), "TIFF"))
    with path.open("rb") as file, pytest.raises(ImageTooLarge):
        ImagePages(file, 200, 0.05, 1).check(1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_each_format_is_decoded(open_pages: Opener, kind: str) -> None:
    image, *_ = open_pages(encode_image(two_colours(), kind)).decode(1)
    assert (image.mode, image.size) == ("RGB", (40, 60))
    pixel = image.getpixel((20, 5))
    assert isinstance(pixel, tuple)
    assert all(abs(a - b) < 8 for a, b in zip(pixel, RED, strict=True))


def test_a_phones_heic_is_decoded(open_pages: Opener) -> None:
    pages = open_pages(HEIC)
    image, *_ = pages.decode(1)
    assert (pages.count, image.mode, image.size) == (1, "RGB", (64, 96))
    top, bottom = image.getpixel((30, 5)), image.getpixel((30, 80))
    assert isinstance(top, tuple)
    assert top[0] - top[1] > 200
    assert bottom == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_paper_in_cmyk_is_white(open_pages: Opener, kind: str) -> None:
    image, *_ = open_pages(encode_image(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), kind)).decode(1)
    assert image.getpixel((4, 4)) == (255, 255, 255)


def test_the_cameras_rotation_is_applied(open_pages: Opener) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # needs a quarter turn to the right
    image, *_ = open_pages(encode_image(two_colours(), "JPEG", exif=exif, quality=100)).decode(1)
    assert image.size == (60, 40)
    left, right = image.getpixel((5, 20)), image.getpixel((55, 20))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[2] - left[0] > 150  # the bottom is now at the left
    assert right[0] - right[2] > 150


def test_every_frame_of_a_tiff_is_a_page_with_its_own_size_and_resolution(open_pages: Opener) -> None:
    frames = [Image.new("1", (30 + number, 20), 1) for number in range(3)]
    content = encode_image(frames[0], "TIFF", save_all=True, append_images=frames[1:], dpi=(150, 150))
    pages = open_pages(content)
    assert pages.count == 3
    assert [pages.decode(page)[0].size[0] for page in (3, 1, 2)] == [32, 30, 31]
    assert pages.decode(1)[1] == 150


def test_an_animation_is_its_first_frame(open_pages: Opener) -> None:
    frames = [two_colours(), Image.new("RGB", (40, 60), "white")]
    content = encode_image(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert open_pages(content).count == 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "LA", "RGBA"])
def test_any_kind_of_pixels_becomes_rgb(open_pages: Opener, mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    if mode == "I;16":
        source = Image.new("I;16", (4, 4), 40_000)
        expected = 40_000 // 256
    else:
        source, expected = Image.new("L", (4, 4), 255).convert(mode), 255
    image, *_ = open_pages(encode_image(source, kind)).decode(1)
    assert image.mode == "RGB"
    pixel = image.getpixel((1, 1))
    assert isinstance(pixel, tuple)
    assert all(abs(channel - expected) <= 1 for channel in pixel)


def test_transparent_pixels_become_white(open_pages: Opener) -> None:
    image, *_ = open_pages(encode_image(Image.new("RGBA", (4, 4), (0, 0, 0, 0)))).decode(1)
    assert image.getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize(("claimed", "dpi"), [(300, 300), (1, 200), (72_000, 200), (None, 200)])
def test_an_impossible_resolution_is_ignored(open_pages: Opener, claimed: int | None, dpi: int) -> None:
    options: dict[str, Any] = {"dpi": (claimed, claimed)} if claimed else {}
    assert open_pages(encode_image(two_colours(), **options)).decode(1)[1] == dpi


def test_a_bomb_is_refused_by_its_claimed_size(open_pages: Opener) -> None:
    pages = open_pages(make_png_header(60_000, 60_000))
    with pytest.raises(ImageTooLarge, match="3,600 megapixels; at most 100"):
        pages.check(1)


TIFF = encode_image(two_colours(), "TIFF")
WEBP = encode_image(Image.effect_noise((64, 64), 60), "WEBP", quality=90)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"no image at all", NotAnImage),
        (b"\x89PNG\r\n\x1a\n", NotAnImage),
        (b"GIF89a" + bytes(20), NotAnImage),
        (make_png_header(100, 100), ImageDamaged),
        (TIFF[: len(TIFF) // 2], ImageDamaged),
        (encode_image(two_colours(), "JPEG")[:500], ImageDamaged),
        (WEBP[: len(WEBP) // 2], ImageDamaged),
        (b"II*\0\xff\xff\xff\x7f", ImageDamaged),
        (HEIC[:390], ImageDamaged),
    ],
)
def test_a_broken_image_is_a_typed_problem(
    open_pages: Opener, content: bytes, error: type[InvalidInput]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        open_pages(content).decode(1)
    assert caught.type in (error, NotAnImage)
    assert not caught.value.retryable


def test_too_many_frames_are_refused_before_all_are_counted(open_pages: Opener) -> None:
    frames = [Image.new("1", (8, 8))] * 5
    content = encode_image(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    assert open_pages(content, frames=5).count == 5
    with pytest.raises(TooManyFrames):
        open_pages(content, frames=4)


def test_a_tiff_whose_frames_run_in_a_circle_ends(open_pages: Opener) -> None:
    content = bytearray(encode_image(Image.new("1", (8, 8)), "TIFF"))
    (first,) = struct.unpack_from("<I", content, 4)
    (entries,) = struct.unpack_from("<H", content, first)
    struct.pack_into("<I", content, first + 2 + 12 * entries, first)
    try:
        assert open_pages(bytes(content)).count >= 1
    except InvalidInput:
        return


def test_the_tiff_of_these_tests_is_valid() -> None:
    assert Image.open(io.BytesIO(TIFF)).format == "TIFF"


def test_the_last_of_hundreds_of_frames_is_a_page(open_pages: Opener) -> None:
    frames = [Image.new("L", (8, 8), shade) for shade in range(250)]
    file = io.BytesIO()
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:])
    pages = open_pages(file.getvalue(), 500)
    assert pages.count == 250
    image, *_ = pages.decode(250)
    assert image.getpixel((4, 4)) == (249, 249, 249)
