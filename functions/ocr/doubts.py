"""What may be wrong with a page that was read: its slugs for `result.warnings` (warnings.py)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from ocr.scripts import READ_BY_NETWORKS, find_script
from ocr.warnings import LOW_CONFIDENCE, NOTHING_FOUND, UNREAD_SCRIPT, add_detail

LONG = 3.0
"""Minimum ratio of width to height of a line that tells something."""
MIN_DENSITY = 0.6
"""Minimum number of letters and digits in a piece of a line that is as wide as high. Measured: Latin
letters 1.9 to 5, Chinese 0.86 and more, a script that the network lacks below 0.5."""
MIN_CONFIDENCE = 0.8
MIN_PACK_CONFIDENCE = 0.7
"""Minimum mean confidences of a sound page: of the networks, and of Tesseract's packs."""

Read = tuple[str, float, float]
"""A line's text, its confidence, and the ratio of its width to its height."""


def find_doubts(
    lines: Sequence[Read], *, by_pack: bool = False, is_unsure: bool = False, unread: str | None = None
) -> list[str]:
    """Return the slugs of what may be wrong with a page of these lines; none for a sound page.

    `by_pack`: whether one of Tesseract's packs has read it. `is_unsure`: whether its longest lines were read
    with little confidence. `unread`: the script, or the language, that was found and not read.
    """
    read = [line for line in lines if line[0].strip()]
    if unread:
        return [add_detail(UNREAD_SCRIPT, unread)]
    if not by_pack and (doubt := _find_unread_script(lines)):
        return [doubt]
    if not read:
        return [NOTHING_FOUND]
    weight = sum(ratio for _, _, ratio in read)
    confidence = sum(score * ratio for _, score, ratio in read) / weight if weight else 1.0
    least = MIN_PACK_CONFIDENCE if by_pack else MIN_CONFIDENCE
    return [LOW_CONFIDENCE] if is_unsure or confidence < least else []


def measure_density(text: str, ratio: float) -> float:
    """Return the letters and digits in a piece of a line that is as wide as high."""
    return sum(map(str.isalnum, text)) / ratio


def _find_unread_script(lines: Sequence[Read]) -> str | None:
    """Return the doubt about lines that the networks have read in a script that they lack."""
    long = [line for line in lines if line[2] >= LONG]
    script, _ = find_script("".join(text for text, _, _ in lines))
    if script not in {*READ_BY_NETWORKS, None}:  # they know some Greek letters
        return add_detail(UNREAD_SCRIPT, str(script))
    if long and median(measure_density(text, ratio) for text, _, ratio in long) < MIN_DENSITY:
        return UNREAD_SCRIPT
    return None
