"""The task `pdf-to-images`: each page of a PDF becomes an image."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

from pydantic import ConfigDict, Field

from documents.admission import check_page
from documents.engines import INSTEAD, may_fall_back
from documents.errors import PageDamaged
from documents.page_ranges import format_ranges, parse_pages
from documents.params import Pages, Password
from heavylift import JobContext, Params, PartSpec, Plan, Result, SplitTask, TaskError, task
from pages.errors import BY_SLUG
from pages.handoff import file_name, make_request
from pages.render import probe, render
from pages.settings import PagesSettings
from pages.summary import summarize
from sandbox.errors import EngineCrashed, OverMemory, TooSlow
from sandbox.protocol import find_file

MEDIA_TYPE = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
EXTENSION = {"png": "png", "jpeg": "jpg", "webp": "webp"}


class PdfToImagesParams(Params):
    """How to draw and save the pages."""

    model_config = ConfigDict(
        title="pdf-to-images",
        json_schema_extra={
            "examples": [{"dpi": 200}, {"dpi": 96, "pages": "1-3,7", "format": "jpeg", "quality": 80}]
        },
    )

    dpi: int = Field(
        200,
        ge=36,
        le=600,
        description="Resolution in dots per inch: an A4 page at 200 is 1654 x 2339 pixels.",
    )
    pages: Pages = None
    format: Literal["png", "jpeg", "webp"] = Field("png", description="Image format. PNG is lossless.")
    grayscale: bool = Field(
        default=False, description="Draw in shades of gray: the files are smaller and load faster."
    )
    quality: int = Field(85, ge=1, le=100, description="Quality of JPEG and WebP.")
    compression: Literal["fast", "small"] = Field(
        "fast",
        description="Compression of PNG: fast, or files smaller by about a fifth. The pixels are the same.",
    )
    engine: Literal["auto", "pdfium", "poppler"] = Field(
        "auto",
        description="Drawing engine. `auto` uses PDFium, and poppler for what PDFium can't open or draw.",
    )
    on_page_error: Literal["fail", "skip"] = Field(
        "fail",
        description="If a page can't be drawn: fail the job, or skip the page and report it.",
    )
    password: Password = None


@task(
    "pdf-to-images",
    title="PDF to images",
    description=(
        "Draws each page of a PDF as an image: `page-0001.png`, `page-0002.png` and so on, annotations and "
        "form fields included. Progress is counted in pages. The result has the number of pages, their sizes "
        "in pixels and the engine that drew them. A PDF that is encrypted, damaged, too long or too large "
        "fails with its own problem before any page is drawn."
    ),
    params=PdfToImagesParams,
    accepts=("application/pdf",),
    limits={"max_pages": 2000, "max_megapixels": 100, "max_bytes": 512 * 1024 * 1024},
    rank=10,
)
class PdfToImagesTask(SplitTask[PdfToImagesParams]):
    """One unit of progress is a page.

    A part is `{"pages": "1-8", "digits": 4, "engine": "auto"}`.
    """

    def __init__(self, settings: Callable[[], PagesSettings] = PagesSettings.read) -> None:
        self._settings = settings

    def plan(self, job: JobContext[PdfToImagesParams]) -> Plan:
        """Admit the document and split the chosen pages into parts. Raises InvalidInput."""
        settings, params = self._settings(), job.params
        found, engine = _probe(job, settings)
        pages = _admit(found["sizes"], params)
        digits = max(4, len(str(found["pages"])))
        part_size = _choose_part_size(len(pages), settings)
        return Plan(
            parts=tuple(
                {"pages": format_ranges(pages[start : start + part_size]), "digits": digits, "engine": engine}
                for start in range(0, len(pages), part_size)
            ),
            total=len(pages),
        )

    def run(self, job: JobContext[PdfToImagesParams], part: PartSpec) -> Result:
        """Draw and publish the part's pages. The child draws a page while the one before is published."""
        params = job.params
        drawn: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        pages = parse_pages(part["pages"])
        for event in render(job, pages, part["engine"], self._settings(), self.spec.limits):
            if "page" in event:
                drawn.append(_publish(job, event["page"], params.format, part["digits"]))
            else:
                failed.append(event["failed"])
                job.log(_describe_skipped(event["failed"]))
            job.advance(1, f"page {len(drawn) + len(failed)} of {len(pages)}")
        return {"pages": drawn, "failed": failed}

    def join(self, job: JobContext[PdfToImagesParams], results: list[Result]) -> Result:  # noqa: ARG002 - the protocol's
        """Return the summary. Raises the first page's error if no page could be drawn."""
        drawn = [page for result in results for page in result["pages"]]
        failed = [failure for result in results for failure in result["failed"]]
        if not drawn:
            raise _explain_no_page(failed)
        return summarize(drawn, failed)


def _probe(job: JobContext[PdfToImagesParams], settings: PagesSettings) -> tuple[dict[str, Any], str]:
    """Return the document's pages, and the engine to draw them: poppler if PDFium fails to open it."""
    params = job.params
    request = make_request(job, "probe", params.pages, PdfToImagesTask.spec.limits)
    try:
        return probe(job, request, settings), params.engine
    except (EngineCrashed, OverMemory, TooSlow):
        if not may_fall_back(params.engine):
            raise
    return probe(job, {**request, "engine": "poppler"}, settings), INSTEAD


def _choose_part_size(pages: int, settings: PagesSettings) -> int:
    if pages <= settings.fanout_pages:
        return pages
    even = math.ceil(pages / settings.parts)
    return max(settings.pages_per_part, min(even, settings.most_pages_per_part))


def _admit(sizes: list[list[Any]], params: PdfToImagesParams) -> list[int]:
    """Return the chosen pages. Raises PageTooLarge, unless the params skip such a page while drawing."""
    pages: list[int] = []
    for width, height, first, last in sizes:
        if params.on_page_error == "fail":
            check_page(
                first,
                (width, height),
                params.dpi,
                params.format,
                PdfToImagesTask.spec.limits["max_megapixels"],
            )
        pages.extend(range(first, last + 1))
    return pages


def _publish(
    job: JobContext[PdfToImagesParams], page: dict[str, Any], image_format: str, digits: int
) -> dict[str, Any]:
    source = find_file(job.directory, file_name(page["page"], image_format))
    name = f"page-{page['page']:0{digits}}.{EXTENSION[image_format]}"
    job.publish(name, source, MEDIA_TYPE[image_format])
    source.unlink()
    return {**page, "name": name}


def _describe_skipped(failed: dict[str, Any]) -> str:
    error: type[TaskError] = BY_SLUG.get(failed["error"], PageDamaged)
    return f"Page {failed['page']} was skipped: {error.title}."


def _explain_no_page(failed: list[dict[str, Any]]) -> TaskError:
    error: type[TaskError] = BY_SLUG.get(failed[0]["error"], PageDamaged)
    return error("No page could be drawn.")
