"""Lays the lines that were read on the original PDF, where it has no text of its own. Runs in the child."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from documents.document import Document, Source
from documents.text_layer import OwnLine
from heavylift.errors import InvalidInput
from ocr.handoff import SEARCHABLE, Request, page_file
from ocr.searchable.overlay import Overlay
from ocr.warnings import TEXT_NOT_LAID
from sandbox.errors import EngineCrashed
from sandbox.protocol import Event

REDO = "redo"
COVERED = 0.3
"""Share of a line's box within the boxes of the page's own text for which the line is there already."""

Box = tuple[float, float, float, float]


def can_lay(path: Path, password: str | None, pages: int) -> bool:
    """Whether qpdf opens the document and finds the same number of pages as the engine."""
    try:
        return Overlay(path, password).count_pages() == pages
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever qpdf finds wrong: the PDF will be made of pictures
        return False


def lay_pages(request: Request) -> Iterator[Event]:
    """Write SEARCHABLE. Yield an event for each page. Raises EngineCrashed."""
    try:
        yield from _lay_pages(request)
    except MemoryError:
        raise
    except Exception as error:
        raise EngineCrashed from error


def _lay_pages(request: Request) -> Iterator[Event]:
    path, redo = Path(request["input"]), request["existing_text"] == REDO
    overlay, own = Overlay(path, request["password"]), _open_own(path, request["password"])
    for number in request["pages"]:
        page = json.loads(page_file(number).read_bytes())
        try:
            _lay_page(overlay, own, page, redo=redo)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a page that qpdf finds damaged stays as it is
            yield {"laid": number, "notes": [TEXT_NOT_LAID]}
        else:
            yield {"laid": number, "notes": []}
    overlay.keep_only(request["pages"])
    overlay.save(SEARCHABLE)


def _open_own(path: Path, password: str | None) -> Document | None:
    try:
        return Source(path, password).open_with("pdfium")
    except InvalidInput:
        return None


def _lay_page(overlay: Overlay, own: Document | None, page: Mapping[str, Any], *, redo: bool) -> None:
    if page["source"] != "ocr":
        return  # its text is in the PDF
    if redo:
        overlay.remove_hidden_text(page["page"])
    size, turned = (page["width"], page["height"]), page["turned"]
    there = _read_own_text(own, page["page"], size, turned, redo=redo)
    lines = [line for region in page["regions"] for line in region["lines"]]
    overlay.lay(page["page"], [line for line in lines if not _is_there(line, there)], size, turned)


def _read_own_text(
    own: Document | None, page: int, size: tuple[int, int], turned: int, *, redo: bool
) -> list[tuple[str, Box]]:
    """Return the page's own lines and their boxes in the picture that was read. With `redo`, visible ones."""
    drawn = size if turned % 180 == 0 else size[::-1]
    try:
        lines: Iterable[OwnLine] = own.read_text(page, (drawn[0], drawn[1])).lines if own else ()
    except InvalidInput:
        return []
    return [
        (line["text"], _turn_box(_enclose(line["corners"]), drawn, turned))
        for line in lines
        if not (redo and line["hidden"])
    ]


def _is_there(line: Mapping[str, Any], own: Iterable[tuple[str, Box]]) -> bool:
    """Whether the page's own text covers the line, or says the same in its place."""
    box = line["box"]
    area = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
    here = [(text, shared) for text, other in own if (shared := _overlap(box, other))]
    says_the_same = any("".join(text.split()) == "".join(line["text"].split()) for text, _ in here)
    return says_the_same or sum(shared for _, shared in here) > COVERED * area


def _overlap(one: Sequence[float], other: Sequence[float]) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


def _turn_box(box: Box, size: tuple[int, ...], turned: int) -> Box:
    """Return the box after the picture of `size` was turned clockwise by `turned` degrees."""
    left, top, right, bottom = box
    width, height = size
    if turned == 90:
        return height - bottom, left, height - top, right
    if turned == 180:
        return width - right, height - bottom, width - left, height - top
    if turned == 270:
        return top, width - right, bottom, width - left
    return box


def _enclose(corners: Iterable[Sequence[int]]) -> Box:
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
