"""Tesseract's packs, which the system installs: each reads the lines of one language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tesserocr
from tesserocr import PSM, RIL, PyTessBaseAPI, iterate_level

from ocr.line_ink import BORDER, PAD, clean, cut_core, stack
from ocr.line_reader import NOTHING, Image, Span, Text
from ocr.scripts import find_code

OSD = "osd"
"""The pack that finds the script of a picture."""
SURE_CONFIDENCE = 0.85
"""A line read with less confidence is read again: cut closer, and without a search for its parts."""
MIN_HEIGHTS = {"kor": 80, "tha": 80}
"""Minimum height of the picture of a padded line, for packs whose letters have many small strokes.
Measured: with lower ones Korean has half as many errors again, and one Thai font is not read."""
MAX_FACTOR = 2.5
NIKHAHIT_AA, SARA_AM = "\u0e4d\u0e32", "\u0e33"
MICRO, MU = "\u00b5", "\u03bc"
ARABIC_COMMA = re.compile(r"(?<=[\u0620-\u064a]),(?=\s|$)")


class Packs:
    """The packs of a folder. Each is loaded when it is first used, and stays loaded."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._readers: dict[str, Any] = {}

    @cached_property
    def installed(self) -> frozenset[str]:
        """The packs' names, which are languages' codes, without the one that finds scripts."""
        return self._files - {OSD}

    @cached_property
    def _files(self) -> frozenset[str]:
        return (
            frozenset(file.stem for file in self._folder.glob("*.traineddata"))
            if self._folder
            else frozenset()
        )

    def read(self, pack: str, crops: Sequence[Image], *, once: bool = False) -> list[Text]:
        """Return what each picture of a line, upright and padded (line_ink.py), says.

        `once`: a line that is not read surely is not read again in other ways.
        """
        reader = self._load(pack)
        least = MIN_HEIGHTS.get(pack, 0)
        return [_read(reader, _enlarge(crop, least), once=once) for crop in crops]

    def find_script(self, crops: Sequence[Image]) -> tuple[str | None, float]:
        """Return the script of the lines' pictures, and its confidence. None and 0 if it is not found."""
        if OSD not in self._files or not crops:
            return None, 0.0
        reader = self._load(OSD)
        _set_image(reader, stack(crops))
        found = reader.DetectOrientationScript()
        if not found:
            return None, 0.0
        sure = float(found["script_conf"])
        return find_code(found["script_name"]), sure / (1 + sure)

    def _load(self, pack: str) -> Any:
        if pack not in self._readers:
            mode = PSM.OSD_ONLY if pack == OSD else PSM.SINGLE_LINE
            reader = PyTessBaseAPI(path=str(self._folder), lang=pack, psm=mode)
            reader.SetVariable("debug_file", "/dev/null")
            self._readers[pack] = reader
        return self._readers[pack]


@lru_cache(maxsize=1)
def load_packs(folder: Path | None) -> Packs:
    """Return the packs, which stay loaded in a warm worker."""
    tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
    return Packs(folder)


def _read(reader: Any, crop: Image, *, once: bool) -> Text:
    if not crop.size:
        return NOTHING
    found = _read_as(reader, PSM.SINGLE_LINE, clean(crop), _measure_margin(crop) + BORDER)
    if once or found.confidence >= SURE_CONFIDENCE:
        return found
    core = cut_core(crop)
    ways = [_read_as(reader, mode, core, 0) for mode in (PSM.SINGLE_LINE, PSM.RAW_LINE)]
    return max(found, *ways, key=lambda text: text.confidence)


def _enlarge(crop: Image, least: int) -> Image:
    """Return the padded picture of a line, enlarged to the height if it is lower."""
    height = crop.shape[0]
    if not crop.size or height >= least:
        return crop
    factor = min(MAX_FACTOR, least / height)
    return np.asarray(cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)


def _measure_margin(crop: Image) -> int:
    return int(crop.shape[0] * PAD / (1 + 2 * PAD))


def _read_as(reader: Any, mode: int, picture: Image, margin: int) -> Text:
    """Return what the gray picture says. `margin`: how far the line is from the picture's left and right."""
    reader.SetPageSegMode(mode)
    _set_image(reader, picture)
    text = " ".join(reader.GetUTF8Text().split())
    if not text:
        return NOTHING
    spans = _find_spans(reader, text, margin, picture.shape[1] - 2 * margin)
    return Text(normalize(text), reader.MeanTextConf() / 100, spans)


def _set_image(reader: Any, picture: Image) -> None:
    height, width = picture.shape
    reader.SetImageBytes(np.ascontiguousarray(picture).tobytes(), width, height, 1, width)


def _find_spans(reader: Any, text: str, left: int, width: int) -> tuple[Span, ...]:
    """Return the words of the text in its order: where each starts and ends on the line, from its left.

    Tesseract's words may be parts of a word, with their letters in another order. They are joined by count.
    """
    pieces = [
        (
            len("".join(piece.GetUTF8Text(RIL.WORD).split())),
            piece.Confidence(RIL.WORD) / 100,
            piece.BoundingBox(RIL.WORD),
        )
        for piece in iterate_level(reader.GetIterator(), RIL.WORD)
    ]
    spans = []
    for word in text.split():
        count, some = 0, []
        while count < len(word) and pieces:
            some.append(pieces.pop(0))
            count += some[-1][0]
        if count != len(word) or not all(box for _, _, box in some):
            return ()
        start, end = min(box[0] for _, _, box in some), max(box[2] for _, _, box in some)
        sure = sum(each * sign for sign, each, _ in some) / count
        shares = (min(1.0, max(0.0, (at - left) / max(1, width))) for at in (start, end))
        spans.append(Span(normalize(word), sure, *shares))
    # The boxes of a line read as it is may span several words.
    overlap = any(one.start < other.end and other.start < one.end for one, other in pairwise(spans))
    return () if pieces or overlap else tuple(spans)


def normalize(text: str) -> str:
    """Return the text with the signs that people type, in place of those that look the same."""
    text = unicodedata.normalize("NFC", text).replace(NIKHAHIT_AA, SARA_AM).replace(MICRO, MU)
    return ARABIC_COMMA.sub("\u060c", text)
