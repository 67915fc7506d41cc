"""A fault of an image is a typed problem of the client's, whatever the fault is."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from heavylift.errors import InvalidInput
from ocr.images import ImagePages
from tests.support.pictures import HEIC, encode_image

NOISE = Image.fromarray(np.random.default_rng(1).integers(0, 256, (60, 40), np.uint8))
COLOURS = Image.merge("RGB", [NOISE] * 3)
WIDE = np.arange(2400).reshape(60, 40)
TURNED = Image.Exif()
TURNED[0x0112] = 6
WHOLE = (
    HEIC,
    encode_image(NOISE, "PNG"),
    encode_image(COLOURS.convert("P"), "PNG", transparency=3),
    encode_image(Image.fromarray(WIDE.astype(np.uint16)), "PNG"),
    encode_image(COLOURS.copy(), "JPEG", exif=TURNED, dpi=(200, 100)),
    encode_image(COLOURS.convert("CMYK"), "JPEG"),
    encode_image(COLOURS.convert("RGBA"), "WEBP", lossless=True),
    encode_image(NOISE, "TIFF", save_all=True, append_images=[COLOURS], dpi=(204, 98)),
    encode_image(NOISE.convert("1"), "TIFF", compression="group4"),
    encode_image(COLOURS, "TIFF", compression="tiff_lzw"),
    *(encode_image(Image.fromarray(WIDE.astype(kind)), "TIFF") for kind in (np.uint16, np.float32)),
)

Fault = Callable[[bytes], bytes]


def _cut(start: float, length: int) -> Fault:
    return lambda data: data[: (at := int(start * len(data)))] + data[at + length :]


def _overwrite(at: int, new: bytes) -> Fault:
    return lambda data: data[: at % max(1, len(data))] + new + data[at % max(1, len(data)) + len(new) :]


# Most faults are in the header, where they change what the rest means. A TIFF has its header at the end too.
HEADER = st.integers(0, 400) | st.integers(-300, -1)
NEW = st.sampled_from([b"\0", b"\1", b"\xff", b"\0\0\0\0"]) | st.binary(min_size=1, max_size=2)
FAULTS = st.builds(_overwrite, HEADER, NEW) | st.builds(
    _cut, st.floats(0, 1, exclude_max=True), st.integers(1, 200)
)


@pytest.mark.filterwarnings("ignore")  # Pillow warns of what it mends
@settings(max_examples=1500)
@given(whole=st.sampled_from(WHOLE), faults=st.lists(FAULTS, max_size=6))
def test_a_faulty_image_is_decoded_or_refused(whole: bytes, faults: list[Fault]) -> None:
    for fault in faults:
        whole = fault(whole)
    try:
        pages = ImagePages(io.BytesIO(whole), 200, 5, 10)
        image, dpi, _ = pages.decode(1)
    except InvalidInput:
        return
    assert (image.mode, dpi > 0) == ("RGB", True)
