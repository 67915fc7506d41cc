"""The searchable PDF of the whole document: the original under its text, or the pages' pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from heavylift.errors import NotFound, OverLimit
from ocr.decode import AUTO, PROGRAM
from ocr.handoff import ARCHIVED, SEARCHABLE, make_request, page_file, picture_file
from ocr.searchable.pictures import PicturePdf
from ocr.settings import OcrSettings
from ocr.warnings import NOT_PDF_A, PDF_LEFT_OUT
from sandbox.errors import EngineCrashed
from sandbox.protocol import find_file
from sandbox.supervisor import start_child

if TYPE_CHECKING:
    from heavylift import JobContext
    from ocr.params import OcrParams


def publish_pdf(
    job: JobContext[OcrParams],
    pages: Sequence[Mapping[str, Any]],
    settings: OcrSettings,
    limits: Mapping[str, float],
) -> list[tuple[int, str]]:
    """Publish the PDF. Return notes: pages and slugs. The pages' JSON files are in the job's folder.

    A document that can't be written again costs its PDF, not the job: the other outputs are there. One that
    Ghostscript can't make PDF/A stays a plain PDF.
    """
    numbers = [page["page"] for page in pages]
    try:
        if all(page.get("picture") for page in pages):
            notes = _write_pictures(job, numbers)
        else:
            notes = _lay_text(job, numbers, settings, limits)
    except (NotFound, EngineCrashed, OverLimit):
        return [(number, PDF_LEFT_OUT) for number in numbers]
    made = SEARCHABLE
    if job.params.pdf_a:
        if _archive(job, settings, limits):
            made = ARCHIVED
        else:
            notes += [(number, NOT_PDF_A) for number in numbers]
    job.publish(str(SEARCHABLE), find_file(job.directory, str(made)), "application/pdf")
    return notes


def _lay_text(
    job: JobContext[OcrParams], numbers: list[int], settings: OcrSettings, limits: Mapping[str, float]
) -> list[tuple[int, str]]:
    request = make_request(job, "lay", numbers, AUTO, limits)
    notes: list[tuple[int, str]] = []
    with start_child(job, PROGRAM, request, settings) as child:
        for event in child.events():
            notes += [(event["laid"], note) for note in event["notes"]]
    return notes


def _archive(job: JobContext[OcrParams], settings: OcrSettings, limits: Mapping[str, float]) -> bool:
    """Write ARCHIVED. Return whether it is PDF/A and has all that a reader finds in SEARCHABLE."""
    request = make_request(job, "archive", None, AUTO, limits)
    request["input"] = str(find_file(job.directory, str(SEARCHABLE)).resolve())
    try:
        with start_child(job, PROGRAM, request, settings) as child:
            for _ in child.events():
                job.advance(0)
    except (EngineCrashed, OverLimit):
        return False
    return True


def _write_pictures(job: JobContext[OcrParams], numbers: list[int]) -> list[tuple[int, str]]:
    """Fetch the pages' pictures one by one: the disk holds the whole and one page."""
    with PicturePdf(job.directory / SEARCHABLE) as whole:
        for number in numbers:
            job.advance(0)
            page = json.loads((job.directory / page_file(number)).read_bytes())
            picture = job.fetch(str(picture_file(number)))
            lines = [line for region in page["regions"] for line in region["lines"]]
            whole.add_page(picture, (page["width"], page["height"]), page["dpi"], lines)
            picture.unlink()
    return []
