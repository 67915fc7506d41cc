from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from documents.raster import Raster
from pages.formats import save
from pages.png import ROWS, write_png


def make_raster(width: int, height: int, *, gray: bool, seed: int) -> Raster:
    """Return a raster of noise with flat rows in between."""
    raster = Raster(width, height, gray=gray)
    for y in range(height):
        row = raster.row(y)
        row[:] = bytes((seed * (x + 1) * (y + 7) * 31 >> 3) & 255 if y % 5 else seed for x in range(len(row)))
    return raster


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(1, 40),
    height=st.integers(1, 2 * ROWS + 2),
    gray=st.booleans(),
    small=st.booleans(),
    seed=st.integers(0, 255),
)
def test_pillow_reads_exactly_the_pixels_that_were_drawn(
    tmp_path: Path, *, width: int, height: int, gray: bool, small: bool, seed: int
) -> None:
    raster = make_raster(width, height, gray=gray, seed=seed)
    write_png(raster, tmp_path / "a.png", 200, small=small)
    with Image.open(tmp_path / "a.png") as image:
        assert (image.size, image.mode) == ((width, height), "L" if gray else "RGB")
        assert image.tobytes() == b"".join(raster.row(y) for y in range(height))
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.01)


@given(width=st.integers(1, 9), height=st.integers(1, 300), gray=st.booleans())
def test_the_image_for_other_formats_has_the_same_pixels(width: int, height: int, *, gray: bool) -> None:
    raster = make_raster(width, height, gray=gray, seed=77)
    assert raster.to_image().tobytes() == b"".join(raster.row(y) for y in range(height))


def test_small_is_smaller_on_text_and_on_pictures(tmp_path: Path) -> None:
    text, picture = Raster(600, 400, gray=False), Raster(600, 400, gray=False)
    for y in range(400):
        text.row(y)[:] = (b"\xff" * 9 + b"\0" * 3) * 150 if y % 16 < 3 else b"\xff" * 1800
        picture.row(y)[:] = bytes((x // 7 + y * 3 + x * y // 900) & 255 for x in range(1800))
    for raster in (text, picture):
        write_png(raster, tmp_path / "fast.png", 200, small=False)
        write_png(raster, tmp_path / "small.png", 200, small=True)
        assert (tmp_path / "small.png").stat().st_size < 0.95 * (tmp_path / "fast.png").stat().st_size


@pytest.mark.parametrize(
    ("image_format", "gray"), [("jpeg", False), ("jpeg", True), ("webp", False), ("webp", True)]
)
def test_other_formats_open_and_heed_the_quality(tmp_path: Path, image_format: str, *, gray: bool) -> None:
    raster = make_raster(90, 130, gray=gray, seed=200)
    sizes = []
    for quality in (10, 95):
        path = tmp_path / f"{quality}.{image_format}"
        save(raster, path, 150, image_format, quality=quality, small=False)
        with Image.open(path) as image:
            assert (image.format, image.size) == (image_format.upper(), (90, 130))
            image.load()
            if image_format == "jpeg":
                assert image.info["dpi"] == (150, 150)
        sizes.append(path.stat().st_size)
    assert sizes[0] < sizes[1]
