"""Pixels → lines of text, and the upright picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.bent_page import flatten
from ocr.doubts import find_doubts
from ocr.frames import Frame, find_frame, measure_height
from ocr.line_reader import Image, Text
from ocr.lines import Box, Line
from ocr.models import Models
from ocr.network_reading import Check, Quality, read_doubtful, read_quickly
from ocr.pack_choice import NO_GUESS, Guess, PackUse, find_telltale, find_unread_language
from ocr.pack_reading import (
    find_unread,
    guess_lines,
    guess_page,
    is_read_better,
    is_weak,
    may_be_unread,
    measure_long_height,
    read_lines_by,
    read_page,
)
from ocr.specks import remove_specks
from ocr.strips import Strip
from ocr.tile_lines import find_in_tiles
from ocr.upright import Upright, turn_half, turn_upright

SIDE = 1280
"""Maximum side of the picture that lines are detected in. They are read from the full picture."""
LARGE_SIDE = 2048
"""The same for small print."""
MIN_LINE_HEIGHT = 14
"""Lines that are lower in the picture of SIDE are small print."""
PACK_LINE_HEIGHT = 20
"""Height of a line in the picture that the lines of any script are detected in."""


@dataclass(frozen=True)
class Reading:
    image: Image
    """The picture, upright."""
    turned: int
    """The degrees by which the picture was turned clockwise: 0, 90, 180 or 270."""
    lines: list[Line]
    places: list[Box]
    """Where each line is in the frame, level."""
    frame: Frame
    is_vertical: bool = False
    """Whether the lines run down the page, from right to left."""
    doubts: tuple[str, ...] = ()
    """Slugs of what may be wrong with the text (doubts.py)."""
    packs: tuple[str, ...] = ()
    """Tesseract's packs that have read lines."""
    unread: tuple[str, float] | None = None
    """The script that was found and not read, and how sure that is."""


@dataclass(frozen=True)
class _Page:
    upright: Upright
    strips: list[Strip]
    texts: list[Text]
    packs: tuple[str, ...] = ()
    is_unsure: bool = False
    """Whether the networks have read the longest lines with little confidence, and no pack better."""
    guess: Guess = NO_GUESS
    """The script that was found and not read."""


def read_lines(
    image: Image,
    models: Models,
    check_budget: Check,
    quality: Quality = "auto",
    use: PackUse | None = None,
) -> Reading:
    """Return the picture's lines. Calls `check_budget` between steps. Raises what `check_budget` raises.

    `use`: the packs for what the networks can't read.
    """
    clean = remove_specks(image)
    strips = find_all_lines(clean, models, check_budget, quality)
    page = _read_page(clean, strips, models, check_budget, quality, use)
    upright = page.upright
    doubts = find_doubts(
        [
            (read.text, read.confidence, strip.length / max(1.0, strip.height))
            for read, strip in zip(page.texts, page.strips, strict=True)
        ],
        by_pack=bool(page.packs),
        is_unsure=page.is_unsure,
        unread=page.guess.script or (None if page.packs else find_unread_language(page.texts)),
    )
    picture = (
        upright.image if clean is image else np.ascontiguousarray(np.rot90(image, -upright.turned // 90))
    )
    reading = make_reading(
        picture, upright.turned, page.strips, page.texts, doubts, is_vertical=upright.is_vertical
    )
    unread = (page.guess.script, page.guess.confidence) if page.guess.script else None
    return replace(reading, packs=page.packs, unread=unread)


def _read_page(
    image: Image, strips: Sequence[Strip], models: Models, check: Check, quality: Quality, use: PackUse | None
) -> _Page:
    if use and use.chosen:
        return _read_by_packs(image, strips, use.chosen, models, check, use)
    upright = turn_upright(image, strips, models, carefully=quality != "fast")
    check()
    guess = NO_GUESS
    is_unsure = bool(use and use.is_auto and may_be_unread(upright))
    if use and is_unsure:
        guess = guess_page(image, strips, use.packs)
        if guess.pack:
            return _read_by_packs(image, strips, (guess.pack,), models, check, use)
    crops = [strip.cut_picture(upright.image) for strip in upright.strips]
    texts, turned = read_quickly(upright.strips, crops, upright.known, models, check)
    strips = [strip.turn() if was else strip for strip, was in zip(upright.strips, turned, strict=True)]
    crops = [turn_half(crop) if was else crop for crop, was in zip(crops, turned, strict=True)]
    language = find_telltale(texts)
    if page := _read_by_latin_pack(upright, strips, language, models, use):
        return page
    texts = read_doubtful(texts, crops, models, check, quality)
    # The larger network knows more of a language's own letters.
    if (now := find_telltale(texts)) != language and (
        page := _read_by_latin_pack(upright, strips, now, models, use)
    ):
        return page
    page = _Page(upright, strips, texts, guess=guess, is_unsure=is_unsure)
    return _read_left(page, models, use) if use and use.is_auto and not guess.script else page


def _read_by_latin_pack(
    upright: Upright, strips: list[Strip], pack: str | None, models: Models, use: PackUse | None
) -> _Page | None:
    """Return the page as the pack of its language in Latin letters reads it; None if that is not better."""
    if pack is None or use is None or not use.is_auto:
        return None
    if not is_read_better(upright.image, strips, pack, use.packs):
        return None
    return _Page(upright, strips, read_lines_by(upright.image, strips, (pack,), use, models), (pack,))


def _read_by_packs(
    image: Image,
    strips: Sequence[Strip],
    packs: Sequence[str],
    models: Models,
    check: Check,
    use: PackUse,
) -> _Page:
    """Return the page as packs read it. Lines of all scripts are found best at one height."""
    height = measure_long_height(strips)
    if height:
        strips = find_all_lines(image, models, check, "auto", PACK_LINE_HEIGHT / height)
    if not strips:
        return _Page(Upright(image, []), [], [], tuple(packs))
    upright, texts = read_page(image, strips, packs, use, models, check)
    return _Page(upright, upright.strips, texts, tuple(packs))


def _read_left(page: _Page, models: Models, use: PackUse) -> _Page:
    """Return the page with the lines that the networks have not read as a pack reads them."""
    image, strips, texts = page.upright.image, page.strips, list(page.texts)
    unread = find_unread(strips, texts)
    if not unread:
        return page
    guess = guess_lines(image, [strips[index] for index in unread], use.packs)
    if not guess.pack:
        return replace(page, guess=guess)
    weak = [index for index, strip in enumerate(strips) if is_weak(strip, texts[index])]
    found = read_lines_by(image, [strips[index] for index in weak], (guess.pack,), use, models)
    for index, text in zip(weak, found, strict=True):
        if text.text:
            texts[index] = text
    return replace(page, texts=texts, packs=(guess.pack,), is_unsure=False)


def make_reading(
    image: Image,
    turned: int,
    strips: Sequence[Strip],
    texts: Sequence[Text],
    doubts: Sequence[str],
    *,
    is_vertical: bool,
) -> Reading:
    """Return the reading of these lines. Those without text are left out."""
    frame = find_frame(strips, (image.shape[1], image.shape[0]))
    read = [(strip, text) for strip, text in zip(strips, texts, strict=True) if text.text.strip()]
    lines = [
        Line(" ".join(text.text.split()), text.confidence, strip.corners, strip.lay_words(text.spans))
        for strip, text in read
    ]
    level = flatten([strip.move(frame.place) for strip, _ in read], frame.size[0])
    places = [strip.level_box for strip in level]
    return Reading(image, turned, lines, places, frame, is_vertical, tuple(doubts))


def find_all_lines(
    image: Image, models: Models, check_budget: Check, quality: Quality, scale: float | None = None
) -> list[Strip]:
    """Return the lines of text. A long or wide picture is looked at in tiles, in this scale if any."""

    def find(part: Image) -> list[Strip]:
        check_budget()
        return _find_lines(part, models, quality, scale)

    return find_in_tiles(image, find)


def _find_lines(image: Image, models: Models, quality: Quality, scale: float | None) -> list[Strip]:
    """Return the lines of text. Small print is looked for again in a larger picture."""
    if scale:
        return models.find_lines(image, min(LARGE_SIDE, round(scale * max(image.shape[:2]))))
    if quality == "best":
        return models.find_lines(image, LARGE_SIDE)
    strips = models.find_lines(image, SIDE)
    fit = SIDE / max(image.shape[:2])
    if fit < 1 and 0 < measure_height(strips) * fit < MIN_LINE_HEIGHT:
        return models.find_lines(image, LARGE_SIDE)
    return strips


def to_bgr(pixels: bytes, width: int, height: int) -> Image:
    """Return the picture of RGB bytes, row after row."""
    rgb = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
