"""Lines read by Tesseract's packs: a whole page, or those that the networks left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr.doubts import LONG, MIN_DENSITY, measure_density
from ocr.frames import measure_height
from ocr.line_ink import cut_padded
from ocr.line_reader import Image, Text
from ocr.models import Models
from ocr.network_reading import Check
from ocr.pack_choice import (
    MIN_TELLTALE_CONFIDENCE,
    TRIED_LINES,
    Guess,
    PackUse,
    guess_pack,
)
from ocr.packs import Packs
from ocr.strips import Strip
from ocr.upright import Upright, choose_compared, measure_confidence, run_down, turn_by, turn_half

MAX_UNREAD_CONFIDENCE = 0.88
"""Lines that the networks read with less confidence may be in another script. Measured: Latin and Chinese
pages 0.92 and more, Greek 0.83, Hebrew 0.76."""
MIN_UNREAD_RATIO = 4.0
"""Minimum ratio of length to height of a line that tells its script."""
MIN_UNREAD_SHARE = 0.1
"""Minimum share of such lines in the length of all. Fewer are labels of charts, or dirt."""
NETWORK_CONFIDENCE = 0.9
"""Minimum confidence of the networks' reading of a line in place of a pack's."""
PACK_CONFIDENCE = 0.75
"""A pack's reading with more confidence stays, if its letters are of its own script."""
SEEN_LINES = 12
"""How many of the longest lines the script is found in."""
BATCH_LINES = 8


def may_be_unread(upright: Upright) -> bool:
    """Whether the lines that the networks have read to turn the page may be in a script that they lack."""
    if not upright.known:
        return False
    known = list(upright.known.items())
    texts = [text for _, text in known]
    densities = [measure_density(text.text, _measure_ratio(upright.strips[index])) for index, text in known]
    return measure_confidence(texts) < MAX_UNREAD_CONFIDENCE or float(np.median(densities)) < MIN_DENSITY


def guess_page(image: Image, strips: Sequence[Strip], packs: Packs) -> Guess:
    """Return the script of a page, and the pack that reads it."""
    chosen = choose_compared(strips, SEEN_LINES)
    return guess_pack([cut_padded(strips[index], image) for index in chosen], packs)


def read_page(
    image: Image, strips: Sequence[Strip], chosen: Sequence[str], use: PackUse, models: Models, check: Check
) -> tuple[Upright, list[Text]]:
    """Return the page upright, its lines, each read by the surest pack or by the quick network."""
    compared = choose_compared(strips)
    crops = [cut_padded(strips[index], image) for index in compared]
    ways = [(pack, turned) for pack in chosen for turned in (False, True)]
    tried = {
        (pack, turned): use.packs.read(pack, [turn_half(crop) if turned else crop for crop in crops])
        for pack, turned in ways
    }
    _, is_turned = max(ways, key=lambda way: measure_confidence(tried[way]))
    upright = turn_by(image, strips, (270 if run_down(strips) else 0) + (180 if is_turned else 0))
    check()
    texts: list[Text] = []
    for start in range(0, len(strips), BATCH_LINES):
        some = upright.strips[start : start + BATCH_LINES]
        texts += read_lines_by(upright.image, some, chosen, use, models)
        check()
    return upright, texts


def read_lines_by(
    image: Image, strips: Sequence[Strip], chosen: Sequence[str], use: PackUse, models: Models
) -> list[Text]:
    """Return what the lines say, each by the surest of the packs, or by the quick network."""
    padded = [cut_padded(strip, image) for strip in strips]
    readings = [use.packs.read(pack, padded) for pack in chosen]
    best = [max(line, key=lambda text: text.confidence) for line in zip(*readings, strict=True)]
    if not use.networks:
        return best
    quick = models.read([strip.cut_picture(image) for strip in strips])
    return [
        other if _is_better(other, one, strip) else one
        for one, other, strip in zip(best, quick, strips, strict=True)
    ]


def _is_better(network: Text, pack: Text, strip: Strip) -> bool:
    """Whether the network has read the line, and the pack has not: a line in Latin letters or Chinese."""
    return (
        network.confidence >= NETWORK_CONFIDENCE
        and pack.confidence < PACK_CONFIDENCE
        and measure_density(network.text, _measure_ratio(strip)) >= MIN_DENSITY
    )


def find_unread(strips: Sequence[Strip], texts: Sequence[Text]) -> list[int]:
    """Return the lines that the networks have not read, if they are a part of the page that counts."""
    unread = [
        index
        for index, (strip, text) in enumerate(zip(strips, texts, strict=True))
        if _measure_ratio(strip) >= MIN_UNREAD_RATIO and is_weak(strip, text)
    ]
    whole = sum(strip.length for strip in strips)
    return unread if sum(strips[index].length for index in unread) >= MIN_UNREAD_SHARE * whole > 0 else []


def is_weak(strip: Strip, text: Text) -> bool:
    """Whether a line may be in a script that the networks lack."""
    return (
        text.confidence < MAX_UNREAD_CONFIDENCE
        or measure_density(text.text, _measure_ratio(strip)) < MIN_DENSITY
    )


def measure_long_height(strips: Sequence[Strip]) -> float:
    """Return the usual height of the lines that are long, else of all; 0 if there is none."""
    return measure_height([strip for strip in strips if _measure_ratio(strip) >= LONG] or strips)


def guess_lines(image: Image, strips: Sequence[Strip], packs: Packs) -> Guess:
    """Return the script of these lines of an upright page, and the pack that reads them."""
    longest = sorted(strips, key=_measure_ratio, reverse=True)[:SEEN_LINES]
    return guess_pack([cut_padded(strip, image) for strip in longest], packs)


def is_read_better(image: Image, strips: Sequence[Strip], pack: str, packs: Packs) -> bool:
    """Return whether the pack of the page's language in Latin letters reads better than the networks."""
    if pack not in packs.installed:
        return False
    longest = sorted(strips, key=_measure_ratio, reverse=True)[:TRIED_LINES]
    tried = packs.read(pack, [cut_padded(strip, image) for strip in longest])
    return measure_confidence(tried) >= MIN_TELLTALE_CONFIDENCE


def _measure_ratio(strip: Strip) -> float:
    return strip.length / max(1.0, strip.height)
