"""PDF/A-2b of the searchable PDF, by Ghostscript. Runs in the child, whose limits Ghostscript inherits.

Ghostscript writes the document again: it embeds fonts, makes CMYK colours RGB, and leaves out what PDF/A
forbids. So the result is compared with the document: what a reader finds there must be there still.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2

from ocr.handoff import ARCHIVED, GHOSTSCRIPT, Request
from sandbox.errors import EngineCrashed
from sandbox.protocol import Event

DEFINITION = Path("archive.ps")
OUTPUT_INTENT = """%!
[/_objdef {profile} /type /stream /OBJ pdfmark
[{profile} << /N 3 >> /PUT pdfmark
[{profile} currentuserparams /ICCProfilesDir get (srgb.icc) concatstrings (r) file /PUT pdfmark
[/_objdef {intent} /type /dict /OBJ pdfmark
[{intent} << /Type /OutputIntent /S /GTS_PDFA1 /DestOutputProfile {profile}
  /OutputConditionIdentifier (sRGB) >> /PUT pdfmark
[{Catalog} << /OutputIntents [{intent}] >> /PUT pdfmark
"""
"""What the colours mean: sRGB, by the profile that Ghostscript brings."""
OPTIONS = (
    *("-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite", "-dCompatibilityLevel=1.7"),
    *("-dPDFA=2", "-dPDFACompatibilityPolicy=1", "-sColorConversionStrategy=RGB", "-dAutoRotatePages=/None"),
    # Pictures keep their pixels: JPEG as it is, all else without loss.
    *("-dPassThroughJPEGImages=true", "-dPassThroughJPXImages=true"),
    *("-dAutoFilterColorImages=false", "-dColorImageFilter=/FlateEncode", "-dDownsampleColorImages=false"),
    *("-dAutoFilterGrayImages=false", "-dGrayImageFilter=/FlateEncode", "-dDownsampleGrayImages=false"),
    *("-dMonoImageFilter=/CCITTFaxEncode", "-dDownsampleMonoImages=false", "-dMaxInlineImageSize=0"),
)
STATUS = "2B"
DRAWN = ("/Widget", "/Popup")
"""Annotations of which the look alone stays: fields of forms. Popups belong to notes, and have none."""
KEPT_TEXT = 0.99
"""Share of a page's characters that must be there afterwards. Ghostscript may write a ligature apart."""
_PAGE = re.compile(rb"Page \d+\s*")


def archive(request: Request) -> Iterator[Event]:
    """Write ARCHIVED from the request's input. Yield an event for each page. Raises EngineCrashed."""
    source = Path(request["input"])
    yield from _run_ghostscript(source)
    try:
        losses = find_losses(source, ARCHIVED)
    except MemoryError:
        raise
    except Exception as error:
        raise EngineCrashed from error
    if losses:
        raise EngineCrashed(f"Lost: {', '.join(losses)}.")


def _run_ghostscript(source: Path) -> Iterator[Event]:
    DEFINITION.write_text(OUTPUT_INTENT)
    command = [GHOSTSCRIPT, *OPTIONS, f"-sOutputFile={ARCHIVED}", str(DEFINITION), str(source)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # its messages may quote the document
        env=os.environ | {"TMPDIR": str(Path.cwd())},
    ) as program:
        yield from ({"archiving": True} for line in program.stdout or () if _PAGE.fullmatch(line))
    if program.returncode or not ARCHIVED.exists():
        raise EngineCrashed


def find_losses(before: Path, after: Path) -> list[str]:
    """Return what a reader of `before` misses in `after`, and `pdf-a` if that does not claim to be PDF/A."""
    with _open(before) as old, _open(after) as new:
        claims = new.open_metadata().pdfa_status == STATUS and "/OutputIntents" in new.Root
        lost = {
            "pdf-a": not claims,
            "pages": len(old.pages) != len(new.pages),
            "annotations": bool(_count_annotations(old) - _count_annotations(new)),
            "outline": _count_titles(old) > _count_titles(new),
        }
    with pypdfium2.PdfDocument(before) as old_text, pypdfium2.PdfDocument(after) as new_text:
        lost["text"] = any(map(_lacks_text, old_text, new_text))
    return [name for name, is_lost in lost.items() if is_lost]


def _open(path: Path) -> pikepdf.Pdf:
    # A mapped file would count against the child's limited address space.
    return pikepdf.open(path, access_mode=pikepdf.AccessMode.stream)


def _count_annotations(document: pikepdf.Pdf) -> Counter[str]:
    """Return how many annotations there are of each kind: links, notes, stamps, …"""
    kinds = Counter(
        str(each.get("/Subtype"))
        for page in document.pages
        for each in page.obj.get("/Annots", pikepdf.Array())
        if isinstance(each, pikepdf.Dictionary)
    )
    return Counter({kind: count for kind, count in kinds.items() if kind not in DRAWN})


def _count_titles(document: pikepdf.Pdf) -> int:
    with document.open_outline() as outline:
        todo, count = list(outline.root), 0
        while todo:
            item = todo.pop()
            todo += item.children
            count += 1
    return count


def _lacks_text(old: pypdfium2.PdfPage, new: pypdfium2.PdfPage) -> bool:
    before, after = (_count_characters(page) for page in (old, new))
    return (before & after).total() < KEPT_TEXT * before.total()


def _count_characters(page: pypdfium2.PdfPage) -> Counter[str]:
    text = page.get_textpage().get_text_range()
    return Counter("".join(text.split()))
