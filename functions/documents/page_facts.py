"""What pages say that the engines do not apply: UserUnit, and a CropBox beside the page. Read by qpdf."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from documents.warnings import CROP_BOX_IGNORED, SIZE_ASSUMED

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in units of the page."""


@dataclass(frozen=True)
class PageFacts:
    unit: float = 1
    """Points (1/72 inch) in a unit of the page. Not 1 on large drawings."""
    whole: Box | None = None
    """The MediaBox, if the CropBox leaves nothing of it. Readers then show the whole page."""
    sized: bool = True
    """Whether the MediaBox has a size. The engines assume US Letter for a page without one."""

    def list_notes(self) -> list[str]:
        """Return the slugs of what is assumed (warnings.py)."""
        return [CROP_BOX_IGNORED] * bool(self.whole) + [SIZE_ASSUMED] * (not self.sized)


USUAL = PageFacts()
LETTER: Box = (0, 0, 612, 792)


def read_facts(path: Path, password: str | None) -> Mapping[int, PageFacts]:
    """Return the facts of the pages that have unusual ones. Empty if qpdf can't read the document."""
    # A mapped file would count against the child's limited address space.
    access = pikepdf.AccessMode.stream
    try:
        with pikepdf.open(path, password=password or "", access_mode=access) as document:
            found = {number: _read_page(page) for number, page in enumerate(document.pages, 1)}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever qpdf finds wrong: the engines may still draw the document
        return {}
    return {number: facts for number, facts in found.items() if facts != USUAL}


def read_shown_box(page: pikepdf.Page) -> Box:
    """Return the part of the page that the engines draw, before its rotation. Without a size: US Letter."""
    try:
        media, crop = _read_box(page.mediabox), _read_box(page.cropbox)
    except Exception:  # noqa: BLE001 - a box that is no box: the engines choose one
        return LETTER
    if not _has_area(media):
        return LETTER
    shown = _intersect(media, crop)
    return shown if _has_area(shown) else media


def _read_page(page: pikepdf.Page) -> PageFacts:
    try:
        unit = float(page.obj.get("/UserUnit", 1))
    except (TypeError, ValueError, OverflowError):
        unit = 1
    if not (unit > 0 and math.isfinite(unit)):
        unit = 1
    try:
        media, crop = _read_box(page.mediabox), _read_box(page.cropbox)
    except Exception:  # noqa: BLE001 - a box that is no box: the engines choose one
        return PageFacts(unit)
    if not _has_area(media):
        return PageFacts(unit, sized=False)
    return PageFacts(unit, None if _has_area(_intersect(media, crop)) else media)


def _intersect(one: Box, other: Box) -> Box:
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )


def _has_area(box: Box) -> bool:
    left, bottom, right, top = box
    return right > left and top > bottom


def _read_box(box: pikepdf.Object) -> Box:
    first_x, first_y, second_x, second_y = (float(each) for each in box.as_list())
    return (
        min(first_x, second_x),
        min(first_y, second_y),
        max(first_x, second_x),
        max(first_y, second_y),
    )
