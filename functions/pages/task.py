"""The task `pdf-to-images`: plan, run, join."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from documents.admission import check_page
from documents.errors import PageDamaged
from heavylift.errors import HeavyliftError, TaskError
from heavylift.tasks.page_ranges import format_ranges, parse_pages
from heavylift.tasks.pdf_to_images import SPEC, PdfToImagesParams
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result
from pages.handoff import file_name
from pages.render import BY_SLUG, may_fall_back, probed, render, request_for
from pages.settings import PagesSettings
from pages.summary import summarize
from sandbox.errors import EngineCrashed

MEDIA_TYPE = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
EXTENSION = {"png": "png", "jpeg": "jpg", "webp": "webp"}


class PdfToImages:
    """Works through `heavylift.tasks.task`: units of progress are pages.

    A part is `{"pages": "1-8", "digits": 4, "engine": "auto"}`.
    """

    def __init__(self, settings: Callable[[], PagesSettings] = PagesSettings.read) -> None:
        self._settings = settings

    @property
    def spec(self) -> TaskSpec:
        return SPEC

    def plan(self, work: JobContext) -> Plan:
        """Admits the document, or raises InvalidInput, and splits the chosen pages into runs of a few."""
        settings, params = self._settings(), work.params
        probe, engine = _probe(work, settings)
        pages = _admitted(probe["sizes"], params)
        digits = max(4, len(str(probe["pages"])))
        per_part = _pages_per_part(len(pages), settings)
        return Plan(
            parts=tuple(
                {"pages": format_ranges(pages[start : start + per_part]), "digits": digits, "engine": engine}
                for start in range(0, len(pages), per_part)
            ),
            total=len(pages),
        )

    def run(self, work: JobContext, part: PartSpec) -> Result:
        """Draws and publishes the part's pages, each while the next is being drawn."""
        params: PdfToImagesParams = work.params
        drawn: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        for event in render(work, _pages_of(part), part["engine"], self._settings()):
            if "page" in event:
                drawn.append(_publish(work, event["page"], params.format, part["digits"]))
            else:
                failed.append(event["failed"])
            work.advance(1)
        return {"pages": drawn, "failed": failed}

    def join(self, work: JobContext, results: list[Result]) -> Result:  # noqa: ARG002 - the port's
        """The summary; raises the first failure if not one page could be drawn."""
        drawn = [page for result in results for page in result["pages"]]
        failed = [failure for result in results for failure in result["failed"]]
        if not drawn:
            raise _none_drawn(failed)
        return summarize(drawn, failed)


def _probe(work: JobContext, settings: PagesSettings) -> tuple[dict[str, Any], str]:
    """What the document is, and the engine for its pages: poppler alone if PDFium crashes just opening it."""
    params: PdfToImagesParams = work.params
    request = request_for(work, "probe", params.pages)
    try:
        return probed(work, request, settings), params.engine
    except EngineCrashed:
        if not may_fall_back(params.engine):
            raise
    return probed(work, {**request, "engine": "poppler"}, settings), "poppler"


def _pages_per_part(pages: int, settings: PagesSettings) -> int:
    if pages <= settings.fanout_pages:
        return pages
    even = math.ceil(pages / settings.parts)
    return max(settings.pages_per_part, min(even, settings.most_pages_per_part))


def _pages_of(part: PartSpec) -> list[int]:
    return parse_pages(part["pages"])


def _admitted(sizes: list[list[Any]], params: PdfToImagesParams) -> list[int]:
    """The chosen pages. Where pages may be skipped, one that is too large is left to be skipped."""
    pages: list[int] = []
    for width, height, first, last in sizes:
        if params.on_page_error == "fail":
            check_page(first, (width, height), params.dpi, params.format, SPEC.limits["max_megapixels"])
        pages.extend(range(first, last + 1))
    return pages


def _publish(work: JobContext, page: dict[str, Any], image_format: str, digits: int) -> dict[str, Any]:
    source = work.directory / file_name(page["page"], image_format)
    name = f"page-{page['page']:0{digits}}.{EXTENSION[image_format]}"
    work.publish(name, source, MEDIA_TYPE[image_format])
    source.unlink()
    return {**page, "name": name}


def _none_drawn(failed: list[dict[str, Any]]) -> HeavyliftError:
    error: type[TaskError] = BY_SLUG.get(failed[0]["error"], PageDamaged)
    return error("Not one of the pages could be drawn.")
