"""Decoded pages from a child, and from a further child after a page that crashed one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from documents.engines import INSTEAD, may_fall_back
from heavylift import JobContext
from heavylift.tasks.sniff import SNIFF_BYTES, is_pdf
from ocr.errors import BY_SLUG, ImageDamaged
from ocr.handoff import PageEvent, Probe, make_request
from ocr.settings import OcrSettings
from sandbox.errors import EngineCrashed, OverMemory, TooSlow
from sandbox.supervisor import MARGIN_S, ChildProgram, start_child

if TYPE_CHECKING:
    from ocr.params import OcrParams

AUTO = "auto"
PROGRAM = ChildProgram(
    "ocr.child",
    BY_SLUG,
    loads=("documents.document", "ocr.pdf", "ocr.images", "ocr.searchable.lay"),
    files=("input",),
)


def probe(
    job: JobContext[OcrParams], settings: OcrSettings, limits: Mapping[str, float], engine: str = AUTO
) -> tuple[Probe, str]:
    """Return the chosen pages and the engine for them. Raises TaskErrors.

    Poppler opens a PDF on which PDFium fails.
    """
    request = make_request(job, "probe", job.params.pages, engine, limits)
    try:
        with start_child(job, PROGRAM, request, settings) as child:
            (event,) = child.events()
    except (EngineCrashed, OverMemory, TooSlow):
        if not may_fall_back(engine) or not is_pdf_input(job):
            raise
        return probe(job, settings, limits, INSTEAD)
    found: Probe = event["probe"]
    return found, engine


def decode(
    job: JobContext[OcrParams],
    pages: list[int],
    engine: str,
    settings: OcrSettings,
    limits: Mapping[str, float],
) -> Iterator[tuple[PageEvent, Callable[[], None]]]:
    """Yield each page's event, and what to call when its files are deleted. Raises TaskErrors, Interrupted.

    Poppler draws a page on which PDFium fails. A new child decodes the pages after it.
    """
    todo = [(page, engine) for page in pages]
    while todo:
        request = make_request(job, "read", todo, engine, limits)
        try:
            with start_child(job, PROGRAM, request, settings) as child:
                for event in child.events():
                    todo = todo[1:]
                    yield event["page"], child.grant_credit
        except (EngineCrashed, OverMemory, TooSlow) as error:
            page, tried = todo[0]
            if isinstance(error, EngineCrashed) and not is_pdf_input(job):
                # Another attempt would crash too: it has the same decoder.
                raise ImageDamaged(f"Page {page} crashes its decoder.") from None
            if not may_fall_back(tried) or not is_pdf_input(job) or job.remaining() <= MARGIN_S:
                raise
            todo[0] = (page, INSTEAD)
            job.log(f"Page {page}: {error.title}. The other engine draws it.")
        else:
            return


def is_pdf_input(job: JobContext[OcrParams]) -> bool:
    """Whether the job's input is a PDF, not an image."""
    with job.input.open("rb") as file:
        return is_pdf(file.read(SNIFF_BYTES))
