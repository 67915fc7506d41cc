"""A page as blocks: headings, paragraphs, lists, tables and figures in reading order. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ocr.forms.outline import TITLE, Outline
from ocr.forms.page import Line, Page, Region, list_rows

Kind = Literal["heading", "paragraph", "list", "table", "figure", "caption"]
BULLET = re.compile(r"(?:[•◦▪●■·‣*\u2013-]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+(?=\S)")
NUMBER = re.compile(r"\(?\d{1,3}[.)]\s")
SHORT = 0.8
"""A row that is shorter than this share of its region ends with a line break: an address, a verse."""
HYPHENS = "-\u2010\u00ad"


@dataclass(frozen=True)
class Block:
    kind: Kind
    text: str = ""
    """Line breaks are meant."""
    level: int = 0
    """Of a heading: 1 is the highest."""
    items: tuple[str, ...] = ()
    """Of a list, without their bullets."""
    numbered: bool = False
    table: Mapping[str, Any] | None = None
    picture: str | None = None
    """Of a figure: the name of the output that shows it."""


def list_blocks(page: Page, outline: Outline) -> Iterator[Block]:
    for region in page["regions"]:
        yield from _list_blocks(region, page["dpi"], outline)


def _list_blocks(region: Region, dpi: int, outline: Outline) -> Iterator[Block]:
    kind, rows = region["class"], list_rows(region)
    texts = ["  ".join(line["text"] for line in row) for row in rows]
    if region.get("table"):
        yield Block("table", table=region["table"])
        if region["table"].get("outside"):
            yield Block("paragraph", text=region["table"]["outside"])
    elif kind == "figure":
        yield Block("figure", text="\n".join(texts), picture=region.get("crop"))
    elif not texts:
        return
    elif kind == TITLE:
        yield Block("heading", text=unwrap(texts), level=outline.choose_level(region, dpi))
    elif kind.endswith("_caption"):
        yield Block("caption", text=unwrap(texts))
    elif len([text for text in texts if BULLET.match(text)]) > 1 and BULLET.match(texts[0]):
        yield _make_list(texts)
    else:
        yield Block(
            "paragraph", text="\n".join(unwrap(group) for group in _split_at_short_rows(region, rows))
        )


def _make_list(texts: Sequence[str]) -> Block:
    items: list[list[str]] = []
    for text in texts:
        if bullet := BULLET.match(text):
            items.append([text[bullet.end() :]])
        else:
            items[-1].append(text)
    numbered = all(NUMBER.match(text) for text in texts if BULLET.match(text))
    return Block("list", items=tuple(unwrap(item) for item in items), numbered=numbered)


def _split_at_short_rows(region: Region, rows: Sequence[Sequence[Line]]) -> list[list[str]]:
    """Return the texts of the rows that flow into each other."""
    left, _, right, _ = region["box"]
    groups: list[list[str]] = [[]]
    for row in rows:
        groups[-1].append("  ".join(line["text"] for line in row))
        if len(row) > 1 or row[-1]["box"][2] - left < SHORT * (right - left):
            groups.append([])
    return [group for group in groups if group]


def unwrap(rows: Sequence[str]) -> str:
    """Return the rows as one line. A word that was broken at the end of a row is whole again."""
    text = ""
    for row in (row.strip() for row in rows):
        if len(text) > 1 and text[-1] in HYPHENS and text[-2].isalpha() and row[:1].islower():
            text = text[:-1] + row
        elif text and not (_is_wide(text[-1]) and _is_wide(row[:1])):
            text = f"{text} {row}"
        else:
            text += row
    return text


def _is_wide(character: str) -> bool:
    """Whether the character is of a script without spaces: Chinese or Japanese."""
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
