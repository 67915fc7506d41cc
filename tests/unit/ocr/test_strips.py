"""The shapes of lines: straight, slanted and bent; pages that are turned and moved."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.bent_page import flatten
from ocr.frames import find_frame, measure_slant
from ocr.line_finder import find_strips
from ocr.line_reader import Span
from ocr.specks import remove_specks
from ocr.strips import Strip, make_strip
from ocr.upright import turn_points

QUAD = np.array([(100, 200), (500, 200), (500, 230), (100, 230)], np.float32)
POINT = st.tuples(st.integers(0, 999), st.integers(0, 1499))


def rotate(points: np.ndarray, degrees: float) -> np.ndarray:
    turn = np.deg2rad(degrees)
    rotation = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    return np.asarray(points @ rotation + np.array((300, 50)))


def shift(points: np.ndarray, down: float) -> np.ndarray:
    return np.asarray(points + np.array((0, down)))


def draw_lines(bend: float) -> np.ndarray:
    """Return a map with three lines, as the network marks them, that rise by `bend` pixels in the middle."""
    marked = np.zeros((200, 640), np.float32)
    x = np.arange(20, 620)
    curve = bend * (1 - ((x - 320) / 300) ** 2)
    for top in (60, 100, 140):
        edge = np.stack([x, top - curve], axis=1)
        cv2.fillPoly(marked, [np.concatenate([edge, shift(edge[::-1], 10)]).round().astype(np.int32)], 1)
    return marked


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@given(points=st.lists(POINT, min_size=1))
def test_four_turns_are_none(turned: int, points: list[tuple[int, int]]) -> None:
    given_points, size = np.array(points, np.float32), (1000, 1500)
    placed = given_points
    for _ in range(4):
        placed = turn_points(turned, size)(placed)
        size = size if turned in (0, 180) else (size[1], size[0])
        assert ((placed >= 0) & (placed <= size)).all()
    assert (placed == given_points).all()


@given(st.floats(-15, 15), st.integers(2, 9))
def test_a_frame_levels_slanted_lines_and_lays_points_back(degrees: float, count: int) -> None:
    strips = [make_strip(rotate(shift(QUAD, 60 * row), degrees)) for row in range(count)]
    assert measure_slant(strips) == pytest.approx(degrees, abs=0.01)
    frame = find_frame(strips, (1000, 1500))
    for strip in strips:
        left, top, right, bottom = strip.move(frame.place).level_box
        assert (right - left, bottom - top) == pytest.approx((400, 30), abs=3)
        assert np.allclose(frame.lay_back(frame.place(strip.edges)), strip.edges, atol=0.1)


def test_a_page_with_a_few_slanted_labels_is_level() -> None:
    strips = [make_strip(shift(QUAD, 60 * row)) for row in range(4)]
    strips += [make_strip(rotate(QUAD, 45)), make_strip(rotate(QUAD, 10))]
    assert find_frame(strips, (1000, 1500)).is_level


def test_a_level_picture_is_not_copied_and_a_slanted_one_is_levelled() -> None:
    image = np.full((1500, 1000, 3), 255, np.uint8)
    assert find_frame([make_strip(QUAD)], (1000, 1500)).view(image) is image
    slanted = make_strip(rotate(QUAD, 5))
    start, end = slanted.edges.mean(axis=0).round().astype(int).tolist()
    cv2.line(image, start, end, (0, 0, 0), 5)
    view = find_frame([slanted], (1000, 1500)).view(image)
    rows = np.flatnonzero(view.min(axis=(1, 2)) < 128)
    assert len(rows) < 10


@pytest.mark.parametrize("bend", [8, 20, -20])
def test_bent_lines_are_found_and_their_pictures_are_straight(bend: float) -> None:
    marked = draw_lines(bend)
    strips = find_strips(marked)
    assert [strip.is_bent for strip in strips] == [True] * 3
    image = np.repeat((255 * (1 - marked)).astype(np.uint8)[:, :, np.newaxis], 3, axis=2)
    for strip in strips:
        ink = strip.cut_picture(image)[:, 40:-40].mean(axis=(1, 2))
        assert (ink < 20).sum() >= 7  # rows of ink all along


@pytest.mark.parametrize("rise", [40, -40])
def test_rows_of_a_bent_page_are_level_once_it_is_flat(rise: float) -> None:
    """Each row has two pieces; the page is bent by more than the distance of its rows."""
    x = np.linspace(20, 980, 33)
    curve = rise * np.sin(np.pi * x / 1000)
    strips = [
        Strip(np.stack([np.stack([x, 50 * row + curve + low], axis=1)[part] for low in (0, 30)]))
        for row in range(5)
        for part in (slice(0, 16), slice(17, 33))
    ]
    tops = [strip.level_box[1] for strip in flatten(strips, 1000)]
    assert all(abs(one - other) <= 6 for one, other in zip(tops[::2], tops[1::2], strict=True))
    assert abs(strips[1].level_box[1] - strips[0].level_box[1]) > 30


def test_a_flat_page_and_a_chart_stay_as_they_are() -> None:
    flat = [make_strip(shift(QUAD, 60 * row)) for row in range(6)]
    chart = [make_strip(rotate(QUAD, angle)) for angle in (-40, 30, 40, -30, 35, 25)]
    for strips in (flat, chart):
        assert all(one is other for one, other in zip(flatten(strips, 1000), strips, strict=True))


def test_straight_lines_have_two_ends_only() -> None:
    strips = find_strips(draw_lines(0))
    assert [strip.is_bent for strip in strips] == [False] * 3
    assert [strip.is_tall for strip in strips] == [False] * 3


@pytest.mark.parametrize("bend", [0, 20])
def test_bent_lines_down_the_page_are_read_downwards(bend: float) -> None:
    for strip in find_strips(np.ascontiguousarray(np.rot90(draw_lines(bend)))):
        assert strip.is_tall
        assert strip.edges[0, 0, 1] < strip.edges[0, -1, 1]
        assert strip.edges[0, 0, 0] > strip.edges[1, 0, 0]  # the upper edge is at the right


def test_bent_lines_are_in_the_order_of_their_starts() -> None:
    boxes = [
        strip.level_box for strip in sorted(find_strips(draw_lines(40)), key=lambda strip: strip.level_box[1])
    ]
    assert all(upper[3] <= lower[1] + 6 for upper, lower in pairwise(boxes))


def test_words_of_a_bent_line_follow_its_curve() -> None:
    (strip, *_) = sorted(find_strips(draw_lines(30)), key=lambda strip: strip.level_box[1])
    first, middle = strip.lay_words([Span("a", 1, 0, 0.1), Span("b", 1, 0.45, 0.55)])
    assert middle.box[1] < first.box[1] - 15


def test_a_strip_that_is_turned_twice_is_the_same() -> None:
    strip = Strip(np.array([[(0, 0), (5, 1), (9, 0)], [(0, 4), (5, 5), (9, 4)]], np.float32))
    assert (strip.turn().turn().edges == strip.edges).all()
    assert strip.corners == ((0, 0), (9, 0), (9, 5), (0, 5))


def test_specks_are_removed_and_a_page_with_few_stays_as_it_is() -> None:
    rng = np.random.default_rng(1)
    page = np.full((400, 400, 3), 255, np.uint8)
    page[100:110, 50:350] = 0
    few, many = page.copy(), page.copy()
    few[3, 3] = 0
    many[rng.random((400, 400)) < 0.02] = 0
    assert remove_specks(few) is few
    clean = remove_specks(many)
    assert (clean[50:90] < 128).mean() < 0.001
    assert (clean[102:108, 60:340] == 0).all()


def test_the_box_of_a_bent_line_that_rises_is_slanted() -> None:
    upper = np.array([(100, 300), (201, 199), (300, 100)], np.float32)
    strip = Strip(np.stack([upper, upper + 20]))
    assert strip.is_bent
    assert strip.corners == ((100, 300), (300, 100), (320, 120), (120, 320))


def test_the_box_of_a_bent_line_that_is_level_is_upright_and_around_it() -> None:
    upper = np.array([(100, 100), (200, 90), (300, 102)], np.float32)
    assert Strip(np.stack([upper, upper + np.array([0, 20], np.float32)])).corners == (
        (100, 90),
        (300, 90),
        (300, 122),
        (100, 122),
    )
