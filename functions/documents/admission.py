"""What is refused before anything is drawn, and how large a drawn page is."""

from __future__ import annotations

import math

from documents.errors import PageDamaged, PageOutOfRange, PageTooLarge, TooManyPages
from heavylift.tasks.page_ranges import select_pages

SIDE_LIMIT = {"png": 2**31 - 1, "jpeg": 65_500, "webp": 16_383}
"""Longest side of an image, in pixels, that the format can hold."""


def pixels(width: float, height: float, dpi: int) -> tuple[int, int]:
    """A page's size in points (1/72 inch, as seen: rotated) → its image's in pixels.

    Rounds up like poppler, so that pages drawn by either engine agree. PDFium tells sizes in float32, whose
    noise must not become a column of pixels: hence the thousandth of a point, and the hair below. UserUnit
    is not applied, as neither engine applies it.
    """
    return _side(width, dpi), _side(height, dpi)


def _side(points: float, dpi: int) -> int:
    return max(1, math.ceil(round(points, 3) * dpi / 72 - 1e-6))


def choose_pages(text: str | None, count: int, most: int) -> list[int]:
    """The pages that `text` chooses of `count`; raises PageOutOfRange or TooManyPages."""
    try:
        chosen = select_pages(text, count)
    except IndexError as error:
        raise PageOutOfRange(f"There is no page {error.args[0]}: the document has {count}.") from None
    if len(chosen) > most:
        raise TooManyPages(
            f"{len(chosen)} pages were asked for; at most {most} are taken in one job. "
            "Choose some of them with `pages`."
        )
    return chosen


def check_page(
    page: int, size: tuple[float, float], dpi: int, image_format: str, max_megapixels: float
) -> None:
    """Raises PageDamaged or PageTooLarge, with what would help."""
    width, height = size
    if not (width > 0 and height > 0 and math.isfinite(width * height)):
        raise PageDamaged(f"Page {page} has no size.")
    across, down = pixels(width, height, dpi)
    megapixels = across * down / 1e6
    if megapixels > max_megapixels:
        raise PageTooLarge(
            f"Page {page} would be {across} x {down} pixels at {dpi} dpi, {megapixels:,.0f} megapixels; "
            f"at most {max_megapixels:g} are drawn. {_advice(dpi, math.sqrt(max_megapixels / megapixels))}"
        )
    if max(across, down) > SIDE_LIMIT[image_format]:
        raise PageTooLarge(
            f"Page {page} would be {across} x {down} pixels at {dpi} dpi, and a {image_format} image has at "
            f"most {SIDE_LIMIT[image_format]} on a side. Choose png or a lower dpi."
        )


def _advice(dpi: int, scale: float) -> str:
    fitting = int(dpi * scale)
    return f"It fits at {fitting} dpi." if fitting >= 36 else "It doesn't fit at any resolution."
