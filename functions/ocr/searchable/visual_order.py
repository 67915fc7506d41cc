"""Text that runs to the left, as a PDF has it: its characters from left to right, as they are seen. Pure.

What reads a PDF's text puts it into its own order again (Unicode's bidirectional algorithm).
"""

from __future__ import annotations

import unicodedata
from itertools import groupby

RIGHT_TO_LEFT = ("R", "AL")
LEFT_TO_RIGHT = ("L", "EN", "AN")
SEPARATORS = ("CS", "ES", "ET")
"""Signs that belong to the number that they stand in: 12,450.5."""


def runs_to_the_left(text: str) -> bool:
    """Whether the text has letters that run to the left."""
    return any(unicodedata.bidirectional(each) in RIGHT_TO_LEFT for each in text)


def to_visual_order(word: str) -> str:
    """Return the characters of a word from left to right. Numbers and Latin letters keep their order."""
    clusters = _split(word)
    directions = [_find_direction(cluster, clusters, index) for index, cluster in enumerate(clusters)]
    runs = [
        [cluster for _, cluster in run]
        for _, run in groupby(zip(directions, clusters, strict=True), key=lambda each: each[0])
    ]
    is_left = [unicodedata.bidirectional(run[0][0]) in LEFT_TO_RIGHT for run in runs]
    ordered = (run if left else run[::-1] for run, left in zip(runs, is_left, strict=True))
    return "".join(cluster for run in list(ordered)[::-1] for cluster in run)


def _split(word: str) -> list[str]:
    """Return the characters, each with the marks that stand on it."""
    clusters: list[str] = []
    for each in word:
        if clusters and unicodedata.combining(each):
            clusters[-1] += each
        else:
            clusters.append(each)
    return clusters


def _find_direction(cluster: str, clusters: list[str], index: int) -> bool:
    """Return whether the cluster is of a number or of Latin letters."""
    kind = unicodedata.bidirectional(cluster[0])
    if kind not in SEPARATORS or not 0 < index < len(clusters) - 1:
        return kind in LEFT_TO_RIGHT
    around = (clusters[index - 1], clusters[index + 1])
    return all(unicodedata.bidirectional(each[0]) in LEFT_TO_RIGHT for each in around)
