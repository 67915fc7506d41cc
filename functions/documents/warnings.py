"""What was assumed or could not be done on a page: `result.warnings` of the tasks on documents.

A slug is public and stable. docs/reference/tasks.md lists them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from documents.page_ranges import shorten_ranges

OPENED_BY_POPPLER = "opened-by-poppler"
DAMAGED_FOR_PDFIUM = "page-damaged-for-pdfium"
FAILED_IN_PDFIUM = "page-failed-in-pdfium"
BLANK_IN_PDFIUM = "page-blank-in-pdfium"
ANNOTATIONS_BY_POPPLER = "annotations-by-poppler"
ANNOTATIONS_NOT_DRAWN = "annotations-not-drawn"
CROP_BOX_IGNORED = "crop-box-ignored"
SIZE_ASSUMED = "page-size-assumed"

DETAIL = ":"
"""Stands between a note's slug and its detail, if it has one."""

TEXTS = {
    OPENED_BY_POPPLER: "drawn by poppler, because PDFium can't open the document.",
    DAMAGED_FOR_PDFIUM: "drawn by poppler, because PDFium finds damage.",
    FAILED_IN_PDFIUM: "drawn by poppler, because PDFium crashes on it, or takes too much time or memory.",
    BLANK_IN_PDFIUM: "drawn by poppler, because PDFium draws nothing.",
    ANNOTATIONS_BY_POPPLER: "drawn by poppler, because PDFium leaves out annotations without an appearance.",
    ANNOTATIONS_NOT_DRAWN: "annotations without an appearance are missing or wrong. `engine: poppler` may "
    "draw them.",
    CROP_BOX_IGNORED: "drawn whole, because the CropBox leaves nothing of the page.",
    SIZE_ASSUMED: "drawn as US Letter, because the MediaBox has no size.",
}


def list_warnings(
    notes: Iterable[tuple[int, str]], texts: dict[str, str] | None = None
) -> list[dict[str, str]]:
    """Return a result's warnings from the pages' notes: (page, slug with its detail).

    `texts` are a task's own, by note.
    """
    everything = TEXTS | (texts or {})
    pages: dict[str, list[int]] = defaultdict(list)
    for page, note in notes:
        pages[note].append(page)
    return [
        {
            "slug": note.partition(DETAIL)[0],
            "text": f"Page{'s' if len(found) > 1 else ''} {shorten_ranges(found)}: {everything[note]}",
        }
        for note, found in pages.items()
    ]
