"""What was assumed about an image, and doubts about its text. documents/warnings.py has those about PDFs.

A slug is public and stable. docs/reference/tasks.md lists them. A note about a page is a slug, or a slug with
a detail: `unread-script:Cyrl`.
"""

from __future__ import annotations

from collections.abc import Iterable

from documents.warnings import DETAIL
from ocr.languages import LANGUAGES, list_packs, name_package
from ocr.scripts import NAMES

PIXELS_SQUARED = "pixels-made-square"
RANGE_STRETCHED = "range-stretched"
DARK_GROUND = "dark-ground"
SMALL_COPIES_LEFT_OUT = "small-copies-left-out"
RESOLUTION_IGNORED = "resolution-ignored"
RESOLUTION_HALVED = "resolution-halved"
UNREAD_SCRIPT = "unread-script"
LOW_CONFIDENCE = "low-confidence"
NOTHING_FOUND = "nothing-found"
TEXT_NOT_LAID = "text-not-laid"
PDF_OF_PICTURES = "pdf-of-pictures"
PDF_LEFT_OUT = "pdf-left-out"
NOT_PDF_A = "not-pdf-a"
TABLE_UNSURE = "table-unsure"

TEXTS = {
    PIXELS_SQUARED: "stretched, because the image's pixels are not square.",
    RANGE_STRETCHED: "made brighter or darker, because the image uses a part of its range of values.",
    DARK_GROUND: "transparent pixels are black, because nothing could be seen on white.",
    SMALL_COPIES_LEFT_OUT: "the image's smaller copies (thumbnails, a pyramid) or masks are not read.",
    RESOLUTION_IGNORED: "the image's resolution is not plausible; `dpi` is used.",
    RESOLUTION_HALVED: "read at half the resolution, because the image has too many pixels.",
    UNREAD_SCRIPT: "the text is probably in a script that was not read. Most of it is missing or wrong. The "
    "param `languages` says what it is in.",
    LOW_CONFIDENCE: "the text was read with little confidence. Check it.",
    NOTHING_FOUND: "no text was found.",
    TEXT_NOT_LAID: "the text is not in the searchable PDF, because the page is damaged.",
    PDF_OF_PICTURES: "a picture in the searchable PDF, because qpdf can't open the document.",
    PDF_LEFT_OUT: "there is no searchable PDF, because the document can't be written again.",
    NOT_PDF_A: "the searchable PDF is not PDF/A, because Ghostscript can't write the document without loss.",
    TABLE_UNSURE: "a table has cells that may be wrong. Check those that are not `sure`, or all.",
}


def add_detail(slug: str, detail: str) -> str:
    """Return the note of a slug with a detail."""
    return f"{slug}{DETAIL}{detail}"


def explain(notes: Iterable[str]) -> dict[str, str]:
    """Return the text of each note, with the names that its detail stands for."""
    texts = dict(TEXTS)
    for note in notes:
        slug, _, detail = note.partition(DETAIL)
        if detail and slug == UNREAD_SCRIPT:
            texts[note] = _explain_script(detail)
    return texts


def _explain_script(code: str) -> str:
    """Return the text about an unread script, or an unread language in Latin letters."""
    packs = [code] if code in LANGUAGES else list_packs(code)
    name = f"the language {code}" if code in LANGUAGES else f"{NAMES.get(code, code)} script"
    missing = f"the text is probably in {name}, which was not read. Most of it is missing or wrong."
    if not packs:
        return missing
    packages = " or ".join(map(name_package, packs))
    return f"{missing} The worker needs the package {packages} for it."
