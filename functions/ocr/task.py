"""The task `ocr`: the layout and the text of images and PDFs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import ConfigDict, Field

from documents.page_ranges import format_ranges, parse_pages
from documents.params import Pages, Password
from heavylift import JobContext, Params, PartSpec, Plan, Result, SplitTask, task
from ocr.decode import AUTO, decode, probe
from ocr.handoff import ACCEPTS
from ocr.settings import OcrSettings


class OcrParams(Params):
    """What to read, and which outputs to make."""

    model_config = ConfigDict(
        title="ocr",
        json_schema_extra={
            "examples": [{}, {"pages": "1-3", "text_layer": "prefer", "min_confidence": 0.8}],
        },
    )

    dpi: int = Field(
        200,
        ge=72,
        le=400,
        description="Resolution at which a PDF's pages are drawn, and the assumed resolution of an image "
        "that does not state its own.",
    )
    pages: Pages = None
    min_confidence: float = Field(
        0.5, ge=0, le=1, description="Lines read with less confidence are left out."
    )
    quality: Literal["fast", "auto", "best"] = Field(
        "auto",
        description="How lines are read. `fast`: by a small network alone. `auto`: doubtful lines again by a "
        "larger one. `best`: every line by the larger one, which costs about four times as much.",
    )
    regions: bool = Field(
        default=True,
        description="Find regions and their classes (title, text, table, figure, ...). Otherwise, "
        "neighbouring lines form a region.",
    )
    crops: bool = Field(default=True, description="An image of each region.")
    annotated: bool = Field(default=True, description="A picture of each page with its regions and lines.")
    searchable_pdf: bool = Field(default=True, description="A PDF of the page images with their text.")
    text_layer: Literal["ignore", "prefer"] = Field(
        "ignore",
        description="`prefer` uses a PDF page's own text if there is any, which is exact and fast; `ignore` "
        "reads every page's image.",
    )
    password: Password = None


@task(
    "ocr",
    title="Read text (OCR)",
    description=(
        "Finds the regions of each page of a PDF or an image, their reading order and their lines of text: "
        "`result.json`, `text.txt`, an image of each region, an annotated picture of each page, and a PDF "
        "whose text can be searched and selected. One network reads Chinese (simplified and traditional), "
        "Japanese, and English and other languages in Latin letters. Sideways and upside-down pages are "
        "turned. Progress is counted in pages."
    ),
    params=OcrParams,
    accepts=ACCEPTS,
    limits={"max_pages": 500, "max_megapixels": 50, "max_bytes": 512 * 1024 * 1024},
    rank=20,
)
class OcrTask(SplitTask[OcrParams]):
    """One unit of progress is a page.

    A part is `{"pages": "1-2", "engine": "auto"}`.
    """

    def __init__(self, settings: Callable[[], OcrSettings] = OcrSettings.read) -> None:
        self._settings = settings

    def plan(self, job: JobContext[OcrParams]) -> Plan:
        """Admit the input and split the chosen pages into parts. Raises InvalidInput."""
        settings = self._settings()
        chosen, engine = probe(job, settings, self.spec.limits)
        pages = parse_pages(chosen)
        part_size = settings.pages_per_part
        return Plan(
            parts=tuple(
                {"pages": format_ranges(pages[start : start + part_size]), "engine": engine}
                for start in range(0, len(pages), part_size)
            ),
            total=len(pages),
        )

    def run(self, job: JobContext[OcrParams], part: PartSpec) -> Result:
        """Read and publish the part's pages. The child decodes a page while the one before is read."""
        # The networks' libraries take seconds to load, and a plan does not need them.
        from ocr.process_page import process_page

        settings, done = self._settings(), []
        pages = parse_pages(part["pages"])
        for event, grant_credit in decode(job, pages, part.get("engine", AUTO), settings, self.spec.limits):
            page = process_page(job, event, settings.threads, grant_credit)
            done.append(page)
            job.advance(1)
        return {"pages": done}

    def join(self, job: JobContext[OcrParams], results: list[Result]) -> Result:
        """Publish the outputs of the whole document. Return the summary."""
        from ocr.assemble import publish_document, summarize

        pages: list[dict[str, Any]] = [page for result in results for page in result["pages"]]
        publish_document(job, [page["page"] for page in pages])
        return summarize(pages)
