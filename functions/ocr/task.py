"""The task `ocr`: plan, run, join."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from heavylift.tasks.ocr import SPEC, OcrParams
from heavylift.tasks.page_ranges import format_ranges, parse_pages
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result
from ocr.errors import BY_SLUG
from ocr.handoff import make_request
from ocr.settings import OcrSettings
from sandbox.supervisor import ChildProgram, start_child

PROGRAM = ChildProgram("ocr.child", BY_SLUG, loads=("ocr.pdf", "ocr.images"))


class OcrTask:
    """Implements `heavylift.tasks.task.Task`. One unit of progress is a page.

    A part is `{"pages": "1-2"}`.
    """

    def __init__(self, settings: Callable[[], OcrSettings] = OcrSettings.read) -> None:
        self._settings = settings

    @property
    def spec(self) -> TaskSpec:
        return SPEC

    def plan(self, job: JobContext) -> Plan:
        """Admit the input and split the chosen pages into parts. Raises InvalidInput."""
        params: OcrParams = job.params
        settings = self._settings()
        request = make_request(job, "probe", params.pages, SPEC.limits)
        with start_child(job, PROGRAM, request, settings) as child:
            (event,) = child.events()
        pages = parse_pages(event["probe"]["pages"])
        part_size = settings.pages_per_part
        return Plan(
            parts=tuple(
                {"pages": format_ranges(pages[start : start + part_size])}
                for start in range(0, len(pages), part_size)
            ),
            total=len(pages),
        )

    def run(self, job: JobContext, part: PartSpec) -> Result:
        """Read and publish the part's pages. The child decodes a page while the one before is read."""
        # The networks' libraries take seconds to load, and a plan does not need them.
        from ocr.process_page import process_page  # noqa: PLC0415

        settings, done = self._settings(), []
        request = make_request(job, "read", parse_pages(part["pages"]), SPEC.limits)
        with start_child(job, PROGRAM, request, settings) as child:
            for event in child.events():
                done.append(process_page(job, event["page"], settings.threads, child.grant_credit))
                job.advance(1)
        return {"pages": done}

    def join(self, job: JobContext, results: list[Result]) -> Result:
        """Publish the outputs of the whole document. Return the summary."""
        from ocr.assemble import publish_document, summarize  # noqa: PLC0415 - as above

        pages: list[dict[str, Any]] = [page for result in results for page in result["pages"]]
        publish_document(job, [page["page"] for page in pages])
        return summarize(pages)
