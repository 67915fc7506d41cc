"""An image's dots per inch, and the size at which its pixels are square: faxes have others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PIL import Image

PLAUSIBLE_DPI = range(50, 1201)
"""Another resolution in an image is a default of the program that wrote it, and is ignored."""
MAX_RATIO = 5
"""Fax has 204 x 98 dots per inch. A larger ratio is a mistake of the program that wrote the image."""
SQUARE = 0.02
"""Difference of the two resolutions below which pixels count as square."""
TURNED = range(5, 9)
"""The orientations of EXIF and TIFF in which a row of the image is a column of the picture."""


def read_dpi(image: Image.Image) -> tuple[int, int] | None:
    """Return the dots per inch across and down, or None if the image states none that are plausible."""
    found = _read_pair(image.info.get("dpi"))
    across, down = (round(each) for each in found) if found else (0, 0)
    return (across, down) if across in PLAUSIBLE_DPI and down in PLAUSIBLE_DPI else None


def is_dpi_ignored(image: Image.Image) -> bool:
    """Whether the image states dots per inch that are not plausible. 1 x 1 is Pillow's for none at all."""
    found = _read_pair(image.info.get("dpi"))
    return found is not None and max(found) > 1 and read_dpi(image) is None


def read_aspect(image: Image.Image) -> float:
    """Return the width of a pixel divided by its height, as the image is stored. 1 if it states no other."""
    found = next(filter(None, map(_read_pair, _list_ratios(image.info))), None)
    if not found:
        return 1.0
    aspect = found[1] / found[0]
    return aspect if abs(aspect - 1) > SQUARE and 1 / MAX_RATIO <= aspect <= MAX_RATIO else 1.0


def square_size(size: tuple[int, int], aspect: float) -> tuple[int, int]:
    """Return the size of the image with square pixels. No side becomes shorter."""
    width, height = size
    return (round(width * aspect), height) if aspect > 1 else (width, round(height / aspect))


def is_turned(orientation: object) -> bool:
    return orientation in TURNED


def _list_ratios(info: Mapping[Any, Any]) -> list[object]:
    """Return the stated dots across and down, in an inch or in a length that is not stated."""
    has_no_unit = info.get("jfif_unit") == 0
    return [
        info.get("dpi"),
        info.get("aspect"),
        info.get("resolution"),
        info.get("jfif_density") if has_no_unit else None,
    ]


def _read_pair(found: object) -> tuple[float, float] | None:
    try:
        across, down = (float(each) for each in found)  # type: ignore[attr-defined]  # whatever the file says
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return (across, down) if 0 < across < 1e6 and 0 < down < 1e6 else None
