"""Pieces of the text for retrieval: each within one title, and not longer than a limit."""

from __future__ import annotations

import json
import re

from ocr.forms.blocks import Block, list_blocks
from ocr.forms.markdown import render_table
from ocr.forms.outline import Outline
from ocr.forms.page import Page

SENTENCE = re.compile(r"(?<=[.!?\u3002\uff01\uff1f])\s*")


class ChunksForm:
    """One JSON object a line: number, titles from the highest level down, pages, text."""

    name, media_type = "chunks.jsonl", "application/x-ndjson"

    def __init__(self, outline: Outline, most: int) -> None:
        self._outline, self._most = outline, most
        self._titles: list[tuple[int, str]] = []
        self._pieces: list[str] = []
        self._pages: list[int] = []
        self._number = 0

    def start(self) -> str:
        return ""

    def add(self, page: Page) -> str:
        return "".join(self._add_block(block, page["page"]) for block in list_blocks(page, self._outline))

    def end(self) -> str:
        return self._flush()

    def _add_block(self, block: Block, page: int) -> str:
        if block.kind == "heading":
            made = self._flush()
            self._titles = [title for title in self._titles if title[0] < block.level]
            self._titles.append((block.level, block.text))
            return made
        return "".join(self._add_piece(piece, page) for piece in split(_to_text(block), self._most))

    def _add_piece(self, piece: str, page: int) -> str:
        length = sum(len(each) + 2 for each in self._pieces) + len(piece)
        made = self._flush() if length > self._most else ""
        self._pieces.append(piece)
        if page not in self._pages:
            self._pages.append(page)
        return made

    def _flush(self) -> str:
        if not self._pieces:
            return ""
        self._number += 1
        chunk = {
            "number": self._number,
            "titles": [text for _, text in self._titles],
            "pages": self._pages,
            "text": "\n\n".join(self._pieces),
        }
        self._pieces, self._pages = [], []
        return json.dumps(chunk, ensure_ascii=False) + "\n"


def _to_text(block: Block) -> str:
    if block.kind == "list":
        return "\n".join(f"- {item}" for item in block.items)
    return render_table(block.table) if block.table else block.text


def split(text: str, most: int) -> list[str]:
    """Return the text in pieces of at most `most` characters.

    Cuts after sentences. Cuts a sentence that is too long at spaces, and a word that is too long anywhere.
    """
    pieces: list[str] = []
    for part in _cut(text, most):
        if pieces and len(pieces[-1]) + 1 + len(part) <= most:
            pieces[-1] += " " + part
        elif part:
            pieces.append(part)
    return pieces


def _cut(text: str, most: int) -> list[str]:
    if len(text) <= most:
        return [text]
    parts: list[str] = []
    for sentence in SENTENCE.split(text):
        rest = sentence.strip()
        while len(rest) > most:
            at = rest.rfind(" ", 1, most + 1)
            at = at if at > 0 else most
            parts.append(rest[:at])
            rest = rest[at:].strip()
        parts.append(rest)
    return parts
