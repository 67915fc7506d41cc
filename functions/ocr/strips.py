"""The shape of a line on the page: a strip, straight or bent, between two edges; its picture, its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ocr.line_reader import Image, Span
from ocr.lines import MIN_SLOPE, Box, Corners, Word

MIN_TALL_RATIO = 1.5
"""Minimum ratio of height to width of a line that runs down the page."""

Points = np.ndarray[Any, np.dtype[np.floating[Any]]]
"""Shape (…, 2), x before y, in pixels."""


@dataclass(frozen=True)
class Strip:
    edges: Points
    """The upper and the lower edge, from the start of the line to its end, as it is read: shape (2, n, 2).
    A line that runs down the page is read downwards, and its upper edge is at the right."""

    @property
    def is_tall(self) -> bool:
        """Whether the line runs down the page."""
        across, down = np.abs(self._direction)
        return bool(down > across)

    @property
    def is_bent(self) -> bool:
        return len(self.edges[0]) > 2

    @property
    def length(self) -> float:
        """The length of the longer edge."""
        return float(np.linalg.norm(np.diff(self.edges, axis=1), axis=2).sum(axis=1).max())

    @property
    def height(self) -> float:
        """The largest distance of the edges."""
        return float(np.linalg.norm(self.edges[1] - self.edges[0], axis=1).max())

    @property
    def slope(self) -> float:
        """How far the line falls per pixel of its length: 0 for one that is level or plumb."""
        across, down = self._direction
        return float(-across / down if self.is_tall else down / across) if across or down else 0.0

    @property
    def corners(self) -> Corners:
        """The corners of the line's box: clockwise from the top left."""
        # An upright box around a slanted line would reach over the lines beside it.
        if not self.is_bent or abs(self.slope) > MIN_SLOPE:
            return self._to_corners(self.edges[0, 0], self.edges[0, -1], self.edges[1, -1], self.edges[1, 0])
        left, top = self.edges.min(axis=(0, 1))
        right, bottom = self.edges.max(axis=(0, 1))
        return _round([(left, top), (right, top), (right, bottom), (left, bottom)])

    @property
    def level_box(self) -> Box:
        """An upright box for the order of lines: as high as the line, and where it starts."""
        points = self.edges.reshape(-1, 2)
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        if not self.is_tall:
            top, bottom = self.edges[:, 0, 1]
        return round(float(left)), round(float(top)), round(float(right)), round(float(bottom))

    def lay_words(self, spans: Iterable[Span]) -> tuple[Word, ...]:
        """Return the words of the line's picture on the page."""
        return tuple(
            Word(
                span.text,
                span.confidence,
                self._to_corners(
                    self._find_point(0, span.start),
                    self._find_point(0, span.end),
                    self._find_point(1, span.end),
                    self._find_point(1, span.start),
                ),
            )
            for span in spans
        )

    def cut_picture(self, image: Image) -> Image:
        """Return the line's picture, straight and level."""
        size = max(1, int(self.length)), max(1, int(self.height))
        if self.is_bent:
            return self._unbend(image, *size)
        (a, b), (d, c) = self.edges
        ends = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
        shape = cv2.getPerspectiveTransform(np.array([a, b, c, d], np.float32), ends)
        return np.asarray(
            cv2.warpPerspective(image, shape, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        )

    def grow(self, share: float) -> Strip:
        """Return the strip, larger on each side by a share of its height."""
        down = self.edges[1] - self.edges[0]
        along = self.edges[:, -1] - self.edges[:, 0]
        along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1) * share * self.height
        edges = np.stack([self.edges[0] - share * down, self.edges[1] + share * down])
        edges[:, 0] -= along
        edges[:, -1] += along
        return Strip(np.asarray(edges, np.float32))

    def move(self, place: Callable[[Points], Points]) -> Strip:
        """Return the strip with each point at its new place, read to the right or downwards."""
        moved = Strip(np.asarray(place(self.edges), np.float32))
        return moved if float(max(moved._direction, key=abs)) >= 0 else moved.turn()

    def turn(self) -> Strip:
        """Return the same strip, read from its other end."""
        return Strip(np.ascontiguousarray(self.edges[::-1, ::-1]))

    @property
    def _direction(self) -> Points:
        return np.asarray((self.edges[:, -1] - self.edges[:, 0]).sum(axis=0))

    def _find_point(self, edge: int, share: float) -> Points:
        at = share * (self.edges.shape[1] - 1)
        start = min(int(at), self.edges.shape[1] - 2)
        one, other = self.edges[edge, start : start + 2]
        return np.asarray(one + (at - start) * (other - one))

    def _to_corners(self, a: Points, b: Points, c: Points, d: Points) -> Corners:
        """Return the corners from the page's top left. Takes them from the upper end of the start."""
        return _round((d, a, b, c) if self.is_tall else (a, b, c, d))

    def _unbend(self, image: Image, width: int, height: int) -> Image:
        at = np.linspace(0, self.edges.shape[1] - 1, width)
        places = np.arange(self.edges.shape[1])
        upper, lower = (
            np.stack([np.interp(at, places, edge[:, axis]) for axis in (0, 1)], axis=1) for edge in self.edges
        )
        down = ((np.arange(height) + 0.5) / height)[:, np.newaxis, np.newaxis]
        grid = (upper + down * (lower - upper)).astype(np.float32)
        return np.asarray(
            cv2.remap(image, grid[..., 0], grid[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        )


def make_strip(quad: Points) -> Strip:
    """Return the straight strip in a box, whose corners are clockwise from the top left."""
    a, b, c, d = np.asarray(quad, np.float32)
    width, height = np.linalg.norm(b - a), np.linalg.norm(d - a)
    return Strip(np.array([(b, c), (a, d)] if height >= MIN_TALL_RATIO * width else [(a, b), (d, c)]))


def _round(points: Iterable[Any]) -> Corners:
    return tuple((round(float(x)), round(float(y))) for x, y in points)
