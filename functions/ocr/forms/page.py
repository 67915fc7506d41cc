"""A page's JSON (`to_json` in page_outputs.py) as the forms read it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from ocr.scripts import is_right_to_left

Page = Mapping[str, Any]
Region = Mapping[str, Any]
Line = Mapping[str, Any]
Box = Sequence[int]

MIN_ROW_OVERLAP = 0.5


class Form(Protocol):
    """A document in one form."""

    name: str
    media_type: str

    def start(self) -> str:
        """Return what comes before the first page."""

    def add(self, page: Page) -> str:
        """Return the page."""

    def end(self) -> str:
        """Return what comes after the last page."""


def list_rows(region: Region) -> list[list[Line]]:
    """Return the region's rows: lines side by side form one."""
    rows: list[list[Line]] = []
    is_mirrored = runs_to_the_left(region)
    for line in region["lines"]:
        if rows and _follows(rows[-1][-1]["box"], line["box"], is_mirrored=is_mirrored):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def runs_to_the_left(region: Region) -> bool:
    """Whether most of the region's text runs to the left: Arabic, Hebrew."""
    return is_right_to_left(region["text"])


def _follows(one: Box, other: Box, *, is_mirrored: bool) -> bool:
    common = min(one[3], other[3]) - max(one[1], other[1])
    is_beside = other[2] < one[2] if is_mirrored else other[0] > one[0]
    return is_beside and common >= MIN_ROW_OVERLAP * min(one[3] - one[1], other[3] - other[1])


def list_words(line: Line) -> Iterator[Mapping[str, Any]]:
    """Yield the line's words, or the line itself if they are not known."""
    yield from line.get("words") or [line]


def strip_controls(text: str) -> str:
    """Return the text without what XML can't hold."""
    return "".join(
        each
        for each in text
        if each in "\t\n" or (unicodedata.category(each) not in ("Cc", "Cs") and ord(each) & 0xFFFE != 0xFFFE)
    )
