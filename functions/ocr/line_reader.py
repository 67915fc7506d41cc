"""A network that reads the picture of one line: its text, its confidence, and where its words are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

LINE_HEIGHT = 48
"""Height of the network's input, in pixels."""
MIN_LINE_WIDTH = 96
"""Shorter lines are padded to this width. Wider padding took half as much time again on a table, and lost
narrow spaces: PONO, USERDEPT."""
BLANK = 0
"""The network's sign for no character."""
BLANK_SHARE = 0.25
"""A column of pixels has no ink if its contrast is below this share of the line's."""
WIDE_GAP = 7
"""Minimum number of columns without ink in a space, at the network's height."""
CLOSING = (")", "]", "}")
COMMENT = "/"
"""Signs of a listing that a space may follow. One before a bracket is rarely missing."""
MIN_GAP = 2
"""Minimum number of columns without ink between two words, at the network's height."""

Image = NDArray[np.uint8]
"""Pixels in OpenCV's order: rows, columns, blue-green-red."""
Columns = NDArray[np.bool_]
"""Whether each column of a picture has ink."""
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Span:
    """A word within the picture of its line."""

    text: str
    confidence: float
    start: float
    end: float
    """Where the word starts and ends, as shares of the picture's width."""


@dataclass(frozen=True)
class Text:
    """What was read in the picture of a line."""

    text: str
    confidence: float
    """0 to 1."""
    spans: tuple[Span, ...] = ()
    has_gap: bool = False
    """Whether a word has a gap as wide as a space: a space may be missing in the text."""


NOTHING = Text("", 0.0)


def open_network(path: Path, threads: int) -> Any:
    """Load a network's file. Each of its runs uses so many threads."""
    options = SessionOptions()
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False  # it took more memory and no less time
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = threads
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class LineReader:
    """Reads lines with one network. Threads may share it."""

    def __init__(self, path: Path, threads: int, characters: Sequence[str] | None = None) -> None:
        self._session = open_network(path, threads)
        known = self._session.get_modelmeta().custom_metadata_map.get("character")
        names = known.splitlines() if known else characters
        if names is None:
            raise RuntimeError(f"{path.name} has no list of characters")
        self._characters = ["", *names, " "]
        self._input = self._session.get_inputs()[0].name

    def read(self, crop: Image) -> Text:
        """Return what the upright picture of a line says."""
        if not crop.size:
            return NOTHING
        height, width = crop.shape[:2]
        size = max(1, math.ceil(LINE_HEIGHT * width / height)), LINE_HEIGHT
        scaled = np.asarray(cv2.resize(crop, size), np.uint8)
        padded = np.zeros((1, 3, LINE_HEIGHT, max(MIN_LINE_WIDTH, scaled.shape[1])), np.float32)
        padded[0, :, :, : scaled.shape[1]] = scaled.transpose(2, 0, 1) / np.float32(127.5) - 1
        (found,) = self._session.run(None, {self._input: padded})
        return _decode(found[0], self._characters, scaled, padded.shape[3])


def _decode(steps: Floats, characters: Sequence[str], picture: Image, width: int) -> Text:
    """Return the text of the network's steps: each has a probability for each character and for none."""
    best = steps.argmax(axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(starts[1:], len(best))
    kept = [(start, end) for start, end in zip(starts, ends, strict=True) if best[start] != BLANK]
    if not kept:
        return NOTHING
    text = "".join(characters[best[start]] for start, _ in kept)
    scores = [float(steps[start, best[start]]) for start, _ in kept]
    centers = [(start + end) / 2 * width / len(best) for start, end in kept]
    ink = _find_ink(picture)
    spans = _find_words(text, scores, centers, ink)
    return Text(text, round(float(np.mean(scores)), 5), spans, _has_gap(text, centers, ink))


def _has_gap(text: str, centers: Sequence[float], ink: Columns) -> bool:
    """Whether a wide gap without ink is where a space may be missing."""
    edges = np.flatnonzero(np.diff(ink))
    for start, end in pairwise(edges):
        if not ink[end] and end - start >= WIDE_GAP:
            after = int(np.searchsorted(centers, (start + end) / 2))
            one, other = text[:after].rstrip(".,:;")[-1:], text[after : after + 1]
            # Figures have wide gaps too, as that before a 1.
            if _may_be_apart(one, other) and not (one + other).isdigit():
                return True
    return False


def _may_be_apart(one: str, other: str) -> bool:
    """Whether a space may stand between the characters; "" is none."""
    if COMMENT in (one, other):
        return bool(one and other)
    return (one.isalnum() or one in CLOSING) and other.isalnum()


def _find_words(
    text: str, scores: Sequence[float], centers: Sequence[float], ink: Columns
) -> tuple[Span, ...]:
    """Return the words of the text. `centers` are those of its characters, in columns of the picture."""
    words: list[list[int]] = [[]]
    for index, character in enumerate(text):
        if not character.isspace():
            words[-1].append(index)
        elif words[-1]:
            words.append([])
    words = [word for word in words if word]
    if not words:
        return ()
    pitch = _measure_pitch(words, centers)
    edges = [_find_edge(ink, 0, centers[words[0][0]], pitch)[1]]
    for one, other in pairwise(words):
        edges += _find_edge(ink, centers[one[-1]], centers[other[0]], pitch)
    edges.append(_find_edge(ink, centers[words[-1][-1]], len(ink), pitch)[0])
    return tuple(
        Span(
            "".join(text[index] for index in word),
            round(float(np.mean([scores[index] for index in word])), 5),
            start / len(ink),
            end / len(ink),
        )
        for word, start, end in zip(words, edges[::2], edges[1::2], strict=True)
    )


def _find_ink(picture: Image) -> Columns:
    """Return for each column of the picture whether it has ink."""
    contrast = np.ptp(picture.min(axis=2), axis=0).astype(np.float32)
    low, high = np.percentile(contrast, (2, 90))
    return np.asarray(contrast > low + BLANK_SHARE * (high - low))


def _measure_pitch(words: Sequence[Sequence[int]], centers: Sequence[float]) -> float:
    """Return the usual distance of two characters of a word."""
    steps = [centers[two] - centers[one] for word in words for one, two in pairwise(word)]
    return float(np.median(steps)) if steps else LINE_HEIGHT / 2


def _find_edge(ink: Columns, left: float, right: float, pitch: float) -> tuple[float, float]:
    """Return the ends of the longest gap without ink between two characters' centers, or where it must be."""
    first, last = max(0, round(left)), min(len(ink), round(right))
    inked = np.flatnonzero(ink[first:last]) + first
    bounds = np.concatenate([[first - 1], inked, [last]])
    gaps = np.diff(bounds) - 1
    widest = int(gaps.argmax())
    if gaps[widest] >= MIN_GAP:
        return float(bounds[widest] + 1), float(bounds[widest + 1])
    if left <= 0 or right >= len(ink):  # before the first character, or after the last
        return min(left + pitch / 2, float(len(ink))), max(0.0, right - pitch / 2)
    middle = (left + right) / 2
    return max(left, min(middle, left + pitch / 2)), min(right, max(middle, right - pitch / 2))
