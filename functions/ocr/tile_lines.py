"""The lines of a long or wide picture, found tile by tile. A line over the edge of two tiles is one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ocr.line_reader import Image
from ocr.strips import Strip
from ocr.tiles import Tile, cut_tiles

SAME = 0.5
"""Maximum distance of two pieces of one line, as a share of the lower one's height."""


def find_in_tiles(image: Image, find: Callable[[Image], Iterable[Strip]]) -> list[Strip]:
    """Return the lines that `find` finds in the picture's tiles, in the picture's pixels."""
    height, width = image.shape[:2]
    if height >= width:
        return [
            strip
            for tile in cut_tiles(width, height)
            for strip in _move(find(image[tile.top : tile.bottom]), (0, tile.top))
            if _belongs(strip, tile, axis=1)
        ]
    made: list[Strip] = []
    for tile in cut_tiles(height, width):  # from left to right
        found = _move(find(image[:, tile.top : tile.bottom]), (tile.top, 0))
        across = [strip for strip in found if not strip.is_tall]
        made = join_pieces(made, across)
        made += [strip for strip in found if strip.is_tall and _belongs(strip, tile, axis=0)]
    return made


def join_pieces(lines: Sequence[Strip], found: Iterable[Strip]) -> list[Strip]:
    """Return the lines, and those that were found in the next tile: as one where they are pieces of one."""
    made, known = list(lines), len(lines)
    for strip in found:
        at = next((at for at in range(known) if not made[at].is_tall and _continues(made[at], strip)), None)
        if at is None:
            made.append(strip)
        else:
            made[at] = _join(made[at], strip)
    return made


def _move(strips: Iterable[Strip], by: tuple[int, int]) -> list[Strip]:
    return [Strip(strip.edges + np.array(by, np.float32)) for strip in strips]


def _belongs(strip: Strip, tile: Tile, axis: int) -> bool:
    return tile.first <= float(strip.edges[..., axis].mean()) < tile.last


def _continues(one: Strip, other: Strip) -> bool:
    """Whether the second line begins within the first, and runs on in the same direction."""
    (_, *_, end), (start, *_) = one.edges.mean(axis=0), other.edges.mean(axis=0)
    if start[0] >= end[0]:
        return False
    there = start[1] + other.slope * (end[0] - start[0])
    return bool(abs(end[1] - there) <= SAME * min(one.height, other.height))


def _join(one: Strip, other: Strip) -> Strip:
    """Return the line from the start of the first piece to the end of the one that reaches further."""
    end = float(one.edges[:, -1, 0].mean())
    rest = other.edges[:, other.edges[..., 0].mean(axis=0) > end]
    if not rest.size:
        return one
    return Strip(np.concatenate([one.edges if one.is_bent else one.edges[:, :1], rest], axis=1))
