from __future__ import annotations

import math

import pytest

from documents.admission import check_page, to_pixels
from documents.errors import PageDamaged, PageTooLarge


@pytest.mark.parametrize(
    ("points", "dpi", "expected"),
    [
        ((612, 792), 200, (1700, 2200)),
        ((595.276, 841.89), 200, (1654, 2339)),
        ((595.2, 841.44), 200, (1654, 2338)),
        ((612, 792), 100, (850, 1100)),
        # in float32, as PDFium returns it: no additional pixel
        ((300.3599853515625, 400.5), 100, (418, 557)),
        ((72.36000061035156, 72), 200, (201, 200)),
        ((0.01, 0.01), 36, (1, 1)),
        # exact on paper, not in floating point
        ((612, 792), 88, (748, 968)),
        ((841.44, 595.2), 150, (1753, 1240)),
    ],
)
def test_an_image_is_as_large_as_popplers(
    points: tuple[float, float], dpi: int, expected: tuple[int, int]
) -> None:
    assert to_pixels(*points, dpi) == expected


def test_a_page_over_the_megapixels_is_refused_with_a_resolution_that_fits() -> None:
    size = (7200.0, 7200.0)
    with pytest.raises(PageTooLarge, match=r"Page 3 .* 400 megapixels.* It fits at 100 dpi") as caught:
        check_page(3, size, 200, "png", 100)
    assert not caught.value.retryable
    check_page(3, size, 100, "png", 100)


def test_a_page_that_fits_at_no_resolution_is_refused() -> None:
    with pytest.raises(PageTooLarge, match="doesn't fit at any resolution"):
        check_page(1, (595, 2147483648), 200, "png", 100)


def test_a_format_has_a_longest_side() -> None:
    long = (7000.0, 72.0)  # 19445 x 200 pixels
    check_page(1, long, 200, "png", 100)
    check_page(1, long, 200, "jpeg", 100)
    with pytest.raises(PageTooLarge, match="webp image has at most 16383"):
        check_page(1, long, 200, "webp", 100)


@pytest.mark.parametrize("size", [(0, 10), (-1, 10), (math.nan, 10), (math.inf, 10)])
def test_a_page_without_a_size_is_damaged(size: tuple[float, float]) -> None:
    with pytest.raises(PageDamaged):
        check_page(1, size, 200, "png", 100)
