"""Which shapes are bent lines, and which pages are bent: what each rule keeps out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.bends import find_bend
from ocr.bent_page import flatten
from ocr.strips import Strip, make_strip

Points = np.ndarray


def outline(y: Points, *, height: float = 10, length: int = 300) -> Points:
    """Return the outline of a line of text along the curve `y`, which has the line's middles."""
    x = np.linspace(0, length, len(y)) + 50
    upper, lower = (np.stack([x, y + side + 100], axis=1) for side in (-height / 2, height / 2))
    return np.concatenate([upper, lower[::-1]]).round().astype(np.int32)[:, np.newaxis]


def arc(rise: float) -> Points:
    return rise * (1 - np.linspace(-1, 1, 101) ** 2)


def is_bent(shape: Points) -> bool:
    return find_bend(shape, cv2.minAreaRect(shape)) is not None


def test_a_long_smooth_curve_is_bent() -> None:
    assert is_bent(outline(arc(20)))


def test_a_short_curve_is_no_line() -> None:
    assert not is_bent(outline(arc(10), length=55))


def test_two_lines_that_touch_are_no_bent_line() -> None:
    assert not is_bent(outline(np.repeat([0.0, 14.0], 50)))


def test_a_straight_line_with_a_ragged_edge_is_not_bent() -> None:
    shape = outline(np.zeros(101))
    upper = np.array([place for place in range(5, 96) if place % 4 < 2])
    shape[upper, 0, 1] += 3
    shape[201 - upper, 0, 1] -= 3
    assert cv2.contourArea(shape) < 0.85 * 300 * 10
    assert not is_bent(shape)


def test_a_thin_tail_does_not_hide_the_bend() -> None:
    curve = arc(20)
    shape = outline(curve)
    tail = np.array([[[350, 104]], [[390, 180]], [[391, 180]], [[351, 102]]], np.int32)
    assert is_bent(np.concatenate([shape[:101], tail[::-1], shape[101:]]))


def make_row(y: float, rise: float, start: float = 20, end: float = 980) -> Strip:
    """Return a line of 30 pixels on a page, 1000 pixels wide, that is bent by `rise` in its middle."""
    x = np.linspace(start, end, 17)
    curve = y + rise * np.sin(np.pi * x / 1000)
    return Strip(np.stack([np.stack([x, curve + low], axis=1) for low in (0, 30)]).astype(np.float32))


def slanted(y: float, slope: float) -> Strip:
    return make_strip(np.array([(20, y), (980, y + 960 * slope), (980, y + 960 * slope + 30), (20, y + 30)]))


ROWS = [make_row(100 + 50 * row, 60) for row in range(5)]
TALL = [make_strip(np.array([(x, 500), (x + 9, 500), (x + 18, 800), (x + 9, 800)])) for x in range(20, 80, 2)]
SIGNS = [
    make_strip(np.array([(30, y), (60, y + 15), (60, y + 45), (30, y + 30)])) for y in range(500, 2000, 50)
]


@pytest.mark.parametrize(
    "others",
    [[], TALL, SIGNS, [make_row(20, 0)]],
    ids=["nothing else", "lines down the page", "signs", "a straight title"],
)
def test_a_bent_page_is_flat_whatever_else_is_on_it(others: list[Strip]) -> None:
    for strip in flatten([*others, *ROWS], 1000)[len(others) :]:
        middle = strip.edges.mean(axis=0)[:, 1]
        assert np.ptp(middle) < 15


@pytest.mark.parametrize(
    "strips",
    [ROWS[:3], [slanted(50 * row, 0.15 if row % 2 else -0.15) for row in range(7)]],
    ids=["too few lines", "lines that differ"],
)
def test_a_page_without_a_common_bend_stays_as_it_is(strips: list[Strip]) -> None:
    assert all(one is other for one, other in zip(flatten(strips, 1000), strips, strict=True))
