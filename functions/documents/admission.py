"""The checks before a page is drawn, and the size of a drawn page."""

from __future__ import annotations

import math

from documents.errors import PageDamaged, PageOutOfRange, PageTooLarge, TooManyPages
from documents.page_ranges import select_pages

MAX_SIDE = {"png": 2**31 - 1, "jpeg": 65_500, "webp": 16_383}
"""Maximum side of an image in the format, in pixels."""


def to_pixels(width: float, height: float, dpi: int) -> tuple[int, int]:
    """Return the image's size in pixels for a page's size in points (1/72 inch), after rotation.

    Rounds up like poppler, so that both engines draw pages of one size. PDFium returns sizes in float32,
    whose rounding errors must not add a column of pixels: hence the two roundings below. Neither engine
    applies UserUnit, so it is not applied here.
    """
    return _round_up(width, dpi), _round_up(height, dpi)


def _round_up(points: float, dpi: int) -> int:
    return max(1, math.ceil(round(points, 3) * dpi / 72 - 1e-6))


def choose_pages(text: str | None, count: int, max_pages: int) -> list[int]:
    """Return the pages that `text` chooses of `count` pages. Raises PageOutOfRange and TooManyPages."""
    try:
        chosen = select_pages(text, count)
    except IndexError as error:
        raise PageOutOfRange(
            f"Page {error.args[0]} does not exist: the document has {count} pages."
        ) from None
    if len(chosen) > max_pages:
        raise TooManyPages(
            f"The job asks for {len(chosen)} pages. One job takes at most {max_pages}: "
            "choose them with `pages`."
        )
    return chosen


def check_page(
    page: int, size: tuple[float, float], dpi: int, image_format: str, max_megapixels: float
) -> None:
    """Raise PageDamaged or PageTooLarge, with advice, if the page can't be drawn at `dpi`."""
    width, height = size
    if not (width > 0 and height > 0 and math.isfinite(width * height)):
        raise PageDamaged(f"Page {page} has no size.")
    across, down = to_pixels(width, height, dpi)
    megapixels = across * down / 1e6
    if megapixels > max_megapixels:
        raise PageTooLarge(
            f"Page {page} would have {across} x {down} pixels at {dpi} dpi, {megapixels:,.0f} megapixels; "
            f"at most {max_megapixels:g} are allowed. {_advise(dpi, math.sqrt(max_megapixels / megapixels))}"
        )
    if max(across, down) > MAX_SIDE[image_format]:
        raise PageTooLarge(
            f"Page {page} would have {across} x {down} pixels at {dpi} dpi, and a {image_format} image has "
            f"at most {MAX_SIDE[image_format]} on a side. Choose png or a lower dpi."
        )


def _advise(dpi: int, scale: float) -> str:
    fitting = int(dpi * scale)
    return f"It fits at {fitting} dpi." if fitting >= 36 else "It doesn't fit at any resolution."
