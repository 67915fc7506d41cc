"""An image of any kind → RGB with 8 bits: wide samples scaled to their range, transparent pixels filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.warnings import DARK_GROUND, RANGE_STRETCHED

Samples = NDArray[Any]
STRIP_ROWS = 128
BITS_PER_SAMPLE, PHOTOMETRIC, MAX_SAMPLE, SAMPLE_FORMAT = 258, 262, 281, 339
WHITE_IS_ZERO, UNSIGNED, BYTE = 0, 1, 8
USED = 0.5
"""An image uses its range if its largest sample is above this share of it."""
LIGHT = 192
"""Gray above which text is hard to see on white."""
FEW = 0.005
"""Share of the visible pixels. Fewer dark ones are no text."""


def to_rgb(image: Image.Image, tags: Mapping[int, Any]) -> tuple[Image.Image, list[str]]:
    """Return the image in RGB, and the slugs of what was assumed (warnings.py). `tags` are a TIFF's."""
    notes = []
    if image.mode.startswith("I") or image.mode == "F":
        image, stretched = _scale_samples(image, tags)
        notes += [RANGE_STRETCHED] * stretched
    elif image.mode == "RGB" and _first(tags.get(BITS_PER_SAMPLE, BYTE)) != BYTE:
        image, stretched = _stretch_colours(image)
        notes += [RANGE_STRETCHED] * stretched
    if image.has_transparency_data:
        image, dark = _fill_transparent(image.convert("RGBA"))
        notes += [DARK_GROUND] * dark
    return image.convert("RGB"), notes


def _scale_samples(image: Image.Image, tags: Mapping[int, Any]) -> tuple[Image.Image, bool]:
    """Return the image in gray, and whether its samples were stretched from a part of their range."""
    array = np.asarray(image)
    if array.dtype == np.int32 and _first(tags.get(SAMPLE_FORMAT, UNSIGNED)) == UNSIGNED:
        array = array.view(np.uint32)  # Pillow has no such mode
    low, high = _find_extremes(array)
    full = _find_full(high, tags, is_float=image.mode == "F", is_narrow=array.dtype.itemsize == 2)
    uses_range = low >= 0 and USED * full < high <= full
    if uses_range or low == high:
        low, high = min(0.0, low), max(full, high)
    scaled = np.empty(array.shape, np.uint8)
    for rows in _list_strips(array):
        values = (array[rows].astype(np.float64) - low) * (255 / (high - low))
        scaled[rows] = np.nan_to_num(values, nan=0, posinf=255, neginf=0).clip(0, 255).round()
    if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO:
        scaled = 255 - scaled
    return Image.fromarray(scaled), not uses_range


def _stretch_colours(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return the image, of which Pillow keeps the upper 8 bits, and whether it was stretched."""
    extremes: list[tuple[int, int]] = image.getextrema()  # type: ignore[assignment]  # a pair for each channel
    high = max(top for _, top in extremes)
    if not 0 < high <= USED * 255:
        return image, False
    return image.point(lambda value: value * 255 / high), True


def _find_extremes(array: Samples) -> tuple[float, float]:
    """Return the smallest and the largest finite sample."""
    finite = (each[np.isfinite(each)] for each in (array[rows] for rows in _list_strips(array)))
    found = [(float(each.min()), float(each.max())) for each in finite if each.size]
    return (min(low for low, _ in found), max(high for _, high in found)) if found else (0.0, 0.0)


def _list_strips(array: Samples) -> list[slice]:
    """Return slices of rows: a copy of the whole in wide numbers would take too much memory."""
    return [slice(start, start + STRIP_ROWS) for start in range(0, len(array), STRIP_ROWS)]


def _find_full(high: float, tags: Mapping[int, Any], *, is_float: bool, is_narrow: bool) -> float:
    """Return the largest value of the range that the image states, or that is usual for its kind."""
    if is_float:
        return 1.0 if high <= 1 else 255.0
    stated = _first(tags.get(MAX_SAMPLE, 0))
    if isinstance(stated, int) and stated >= max(high, 1):
        return float(stated)
    bits = _first(tags.get(BITS_PER_SAMPLE, 16 if is_narrow else 32))
    if not is_narrow and high <= 65535:
        bits = 16 if high > 255 else 8  # programs without a narrower kind save in this one
    return float(2 ** min(int(bits), 32) - 1) if isinstance(bits, int) else 65535.0


def _first(value: object) -> object:
    return value[0] if isinstance(value, tuple) and value else value


def _fill_transparent(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return the RGBA image on white, or on black if nothing could be seen on white. Whether it is black."""
    on_white = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    visible = image.getchannel("A").point(lambda alpha: 255 * (alpha > 127))
    grays = on_white.convert("L").histogram(visible)
    # Fully opaque images have no ground.
    is_hidden = 0 < sum(grays) < image.width * image.height and sum(grays[:LIGHT]) < FEW * sum(grays)
    if not is_hidden:
        return on_white, False
    return Image.alpha_composite(Image.new("RGBA", image.size, "black"), image), True
