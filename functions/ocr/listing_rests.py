"""The rest of a listing or table below a blank line or a line of one cell: too few lines to tell. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from ocr.columns import MIN_JOINED_LINES, MIN_JOINED_SHARE, count_level, join_pairs
from ocr.regions import Region

MAX_GAP = 3.0
"""Maximum gap between a listing and its rest, in heights of a line."""
PICTURES = {"figure", "table"}


def join_rests(regions: Sequence[Region]) -> list[Region]:
    """Return the regions, with short columns as one where a listing above or below has the same columns."""
    listings = [region for region in regions if _is_listing(region)]
    return join_pairs(regions, lambda one, other: any(_are_rest(one, other, listing) for listing in listings))


def _is_listing(region: Region) -> bool:
    rows = region.rows
    return len(rows) >= MIN_JOINED_LINES and 2 * sum(len(row) > 1 for row in rows) >= len(rows)


def _are_rest(left: Region, right: Region, listing: Region) -> bool:
    """Whether the two stand side by side near the listing, and start where its columns start."""
    if listing in (left, right) or {left.kind, right.kind} & PICTURES or not (left.lines and right.lines):
        return False
    height = median(line.box[3] - line.box[1] for line in listing.lines)
    if left.box[2] > right.box[0] or _measure_gap(left, listing) > MAX_GAP * height:
        return False
    several = [row for row in listing.rows if len(row) > 1]
    starts = [median(row[column].box[0] for row in several) for column in (0, 1)]
    shifts = (abs(left.box[0] - starts[0]), abs(right.box[0] - starts[1]))
    fewer, more = sorted((left, right), key=lambda region: len(region.lines))
    return max(shifts) <= height and count_level(fewer.lines, more.lines) >= MIN_JOINED_SHARE * len(
        fewer.lines
    )


def _measure_gap(one: Region, other: Region) -> int:
    """Return the distance of two regions, one above the other. Negative if they overlap."""
    return max(one.box[1] - other.box[3], other.box[1] - one.box[3])
