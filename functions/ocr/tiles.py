"""Tiles of a long picture, as a screenshot of a whole web page, in which lines are looked for. Pure.

A wide picture is a long one on its side: its width is taken for the height.
"""

from __future__ import annotations

from dataclasses import dataclass

MIN_LONG = 3.0
"""Minimum ratio of height to width of a long picture."""
MIN_HEIGHT = 2560
"""Minimum height of a long picture, and of a tile, in pixels. A lower picture may be a line on its side."""
TILE = 1.5
"""Height of a tile in widths of the picture."""
OVERLAP = 0.15
"""How much two tiles have in common, in widths of the picture: more than the height of a line."""


@dataclass(frozen=True)
class Tile:
    top: int
    bottom: int
    """Rows of the picture: `bottom` is the first one below."""
    first: float
    last: float
    """A line belongs to the tile if its middle is at or below `first` and above `last`."""


def cut_tiles(width: int, height: int) -> list[Tile]:
    """Return the tiles of a picture from top to bottom: one, if it is not long."""
    if height < max(MIN_LONG * width, MIN_HEIGHT):
        return [Tile(0, height, 0, height + 1)]
    overlap = round(OVERLAP * width)
    step = max(round(TILE * width), MIN_HEIGHT) - overlap
    tops = range(0, max(1, height - overlap), step)
    return [
        Tile(
            top,
            min(height, top + step + overlap),
            top + overlap / 2 if top else 0,
            top + step + overlap / 2 if top + step + overlap < height else height + 1,
        )
        for top in tops
    ]
