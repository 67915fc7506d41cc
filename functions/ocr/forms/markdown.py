"""The document as Markdown (CommonMark, with tables as GitHub writes them)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ocr.forms.blocks import Block, list_blocks
from ocr.forms.outline import Outline
from ocr.forms.page import Page, strip_controls
from ocr.forms.tables import to_rows

SPECIAL = re.compile(r"([\\`*_\[\]~|])")
AT_START = re.compile(r"^(\s*)([#+=-]|\d{1,9}(?=[.)](?:\s|$)))")


class MarkdownForm:
    name, media_type = "result.md", "text/markdown; charset=utf-8"

    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    def start(self) -> str:
        return ""

    def add(self, page: Page) -> str:
        blocks = (render_block(block) for block in list_blocks(page, self._outline))
        return f"<!-- page {page['page']} -->\n\n" + "".join(f"{block}\n\n" for block in blocks if block)

    def end(self) -> str:
        return ""


def render_block(block: Block) -> str:
    match block.kind:
        case "heading":
            return f"{'#' * block.level} {escape(block.text, at_start=False)}"
        case "list":
            marks = (f"{number}." if block.numbered else "-" for number in range(1, len(block.items) + 1))
            return "\n".join(f"{mark} {escape(item)}" for mark, item in zip(marks, block.items, strict=True))
        case "table":
            return render_table(block.table or {})
        case "figure":
            picture = f"![Figure]({block.picture})" if block.picture else "*Figure*"
            return "\n\n".join(part for part in (picture, _break_lines(block.text)) if part)
        case "caption":
            return f"*{escape(block.text, at_start=False)}*"
    return _break_lines(block.text)


def _break_lines(text: str) -> str:
    return "\\\n".join(escape(line) for line in text.split("\n")) if text else ""


def escape(text: str, *, at_start: bool = True) -> str:
    """Return the text so that no character of it is Markdown or HTML, on one line.

    `at_start`: whether the text starts a line.
    """
    flat = " ".join(strip_controls(text).split())
    plain = SPECIAL.sub(r"\\\1", flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    found = AT_START.match(plain)
    if not found or not at_start:
        return plain
    # A number at the start is a list's if a point follows: the point is escaped, not the number.
    at = found.end() if found[2][0].isdigit() else found.start(2)
    return plain[:at] + "\\" + plain[at:]


def render_table(table: Mapping[str, Any]) -> str:
    """Return the table. Markdown has no cells that span several: their text stands in the first."""
    rows = [[escape(cell, at_start=False) for cell in row] for row in to_rows(table)]
    head, *body = rows or [[""]]
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
