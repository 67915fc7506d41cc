"""The levels of a document's titles, by the height of their lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Self

from ocr.forms.page import Page, Region

TITLE = "title"
SAME = 1.2
"""Titles whose heights differ by less than this factor have one level."""
MOST = 4


@dataclass(frozen=True)
class Outline:
    bounds: tuple[float, ...]
    """The smallest height of each level but the last, in points."""

    @classmethod
    def find(cls, pages: Iterable[Page]) -> Self:
        """Return the outline of all pages."""
        heights = sorted(
            (
                _measure(region, page["dpi"])
                for page in pages
                for region in page["regions"]
                if region["class"] == TITLE and region["lines"]
            ),
            reverse=True,
        )
        bounds: list[float] = []
        highest = heights[0] if heights else 0.0
        for taller, height in pairwise(heights):
            if height * SAME < highest:
                bounds.append((height + taller) / 2)
                highest = height
        return cls(tuple(bounds[: MOST - 1]))

    def choose_level(self, title: Region, dpi: int) -> int:
        """Return the title's level: 1 is the highest."""
        height = _measure(title, dpi)
        return next(
            (level for level, bound in enumerate(self.bounds, 1) if height >= bound), len(self.bounds) + 1
        )


def _measure(region: Region, dpi: int) -> float:
    """Return the usual height of the region's lines, in points."""
    return float(median(line["box"][3] - line["box"][1] for line in region["lines"]) * 72 / dpi)
